/** What a person sees of the sign-in: the form, and the page after signing out. No script, nothing from elsewhere. */
import type { Context } from "hono";
import { html, raw } from "hono/html";
import { PAGE_CSP, PAGE_ICON, PAGE_STYLE } from "./sign-in-style.ts";

/** A person the sign-in form offers as one click. */
export interface LocalPerson {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** What this person is, in a few words. */
  readonly description?: string;
}

/** What the form shows. */
export interface SignInForm {
  readonly people: readonly LocalPerson[];
  readonly provider: string;
  /** Where to go afterwards, as the query or the form said it. */
  readonly returnTo: string | undefined;
  /** What the person typed, when it has to be typed again, and why. */
  readonly retry?: { userId: string; name: string; roles: string; problems: readonly string[] };
}

type Html = ReturnType<typeof html>;

/** The form; answered with 400 when it is shown again because of a problem. */
export function signInPage(c: Context, form: SignInForm): Response | Promise<Response> {
  const { people, returnTo = "", retry } = form;
  return page(
    c,
    "Sign in",
    retry === undefined ? 200 : 400,
    html`
      <p class="lead">${people.length > 0 ? "Who would you like to be?" : "Who are you?"}</p>
      <form method="post">
        <input type="hidden" name="post_login_redirect_uri" value="${returnTo}" />
        ${
          people.length > 0
            ? html`<ul class="people">
                ${people.map(personChoice)}
              </ul>`
            : ""
        }
      </form>
      <form method="post" class="someone-else">
        <input type="hidden" name="post_login_redirect_uri" value="${returnTo}" />
        ${people.length > 0 ? html`<h2>Someone else</h2>` : ""}
        ${
          retry === undefined
            ? ""
            : html`<ul class="problems" role="alert">
                ${retry.problems.map((problem) => html`<li>${problem}</li>`)}
              </ul>`
        }
        <label for="userId">User id</label>
        <input
          id="userId"
          name="userId"
          required
          maxlength="256"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          aria-describedby="userId-hint"
          value="${retry?.userId ?? ""}"
        />
        <p class="hint" id="userId-hint">
          As your identity provider gives it, such as auth0|7f or an e-mail address.
        </p>
        <label for="name">Name <span class="optional">optional</span></label>
        <input id="name" name="name" maxlength="128" autocomplete="off" value="${retry?.name ?? ""}" />
        <label for="roles">Roles <span class="optional">optional</span></label>
        <input
          id="roles"
          name="roles"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          aria-describedby="roles-hint"
          value="${retry?.roles ?? ""}"
        />
        <p class="hint" id="roles-hint">Separated by commas.</p>
        <button class="primary">Sign in</button>
      </form>
      <p class="note">This form stands in for your identity provider. It exists only in the local runtime.</p>
    `,
  );
}

/** The page after signing out, when the app named no other. */
export function signedOutPage(c: Context): Response | Promise<Response> {
  return page(
    c,
    "You are signed out",
    200,
    html`<p class="lead">Your session in this browser has ended.</p>
      <p><a class="primary" href="/.auth/login/local">Sign in again</a></p>`,
  );
}

function personChoice({ userId, name, roles, description }: LocalPerson): Html {
  return html`<li>
    <button name="person" value="${userId}">
      <span class="initials" aria-hidden="true">${initials(name)}</span>
      <span class="who">
        <span class="name">${name}</span>
        <span class="what">${description ?? userId}</span>
        ${roles.length > 0 ? html`<span class="roles">${roles.join(", ")}</span>` : ""}
      </span>
      <span class="arrow" aria-hidden="true">→</span>
    </button>
  </li>`;
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen
    .map((word) => /^./u.exec(word ?? "")?.[0] ?? "")
    .join("")
    .toUpperCase();
}

function page(c: Context, title: string, status: 200 | 400, content: Html): Response | Promise<Response> {
  c.header("Content-Security-Policy", PAGE_CSP);
  c.header("X-Content-Type-Options", "nosniff");
  c.status(status);
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(PAGE_ICON)}" />
          ${raw(`<style>${PAGE_STYLE}</style>`)}
        </head>
        <body>
          <main>
            <header>
              ${raw(PAGE_ICON)}
              <h1>${title}</h1>
            </header>
            ${content}
          </main>
        </body>
      </html>`,
  );
}
