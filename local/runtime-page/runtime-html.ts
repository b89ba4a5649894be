/** The runtime's page as HTML: no script, nothing from elsewhere. */
import { html, raw } from "hono/html";
import { PAGE_ICON } from "../auth/sign-in-style.ts";
import type { FunctionOverview } from "../host/function-overview.ts";
import { figuresCard } from "./figures-card.ts";
import type { RuntimeOverview } from "./runtime-overview.ts";
import { RUNTIME_STYLE } from "./runtime-style.ts";
import { orchestrationsCard, salesforceCard, signalRCard } from "./service-cards.ts";

type Html = ReturnType<typeof html>;

/** The whole page. */
export function toRuntimeHtml(o: RuntimeOverview): Html {
  const notStarted = o.functions.filter((fn) => fn.notStarted !== undefined);
  const started = o.functions.filter((fn) => fn.notStarted === undefined);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Local runtime</title>
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(PAGE_ICON)}" />
        ${raw(`<style>${RUNTIME_STYLE}</style>`)}
      </head>
      <body>
        <main>
          <header>
            ${raw(PAGE_ICON)}
            <h1>Local runtime</h1>
            <p class="lead">
              <span class="ok">Running</span> for ${toDuration(o.uptimeSeconds)} at
              <a href="/">${o.url}</a>
            </p>
          </header>
          ${notStarted.length > 0 ? notStartedCard(notStarted) : ""}
          <section>
            <h2>Functions <span class="count">${started.length}</span></h2>
            ${functionTable("HTTP", started, "httpTrigger", httpRow)}
            ${functionTable("Timers, in UTC", started, "timerTrigger", timerRow)}
            ${functionTable("Durable", started, undefined, otherRow)}
          </section>
          <div class="pair">${orchestrationsCard(o)} ${signalRCard(o)}</div>
          ${salesforceCard(o)} ${figuresCard(o)}
          <section>
            <h2>This runtime</h2>
            <dl>
              ${fact("App", o.appFolder)} ${fact("Data", o.dataFolder)}
              ${fact("Sign-in", o.platformAuth ? "App Service Authentication" : "off")}
              ${fact("CORS", o.corsOrigins.length > 0 ? o.corsOrigins.join(", ") : "same origin only")}
              ${fact("Memory", `${o.heapMegabytes} MB of heap`)}
              ${fact("Started", `${toReadableTime(o.startedAt)} UTC`)}
              ${Object.entries(o.versions).map(([name, version]) => fact(name, version))}
            </dl>
          </section>
          <section>
            <h2>Settings <span class="count">${o.settingNames.length}</span></h2>
            <p class="soft">Names only; a value never leaves the process.</p>
            <ul class="names">
              ${o.settingNames.map((name) => html`<li><code>${name}</code></li>`)}
            </ul>
          </section>
          <p class="note">The same as JSON: <a href="?format=json">?format=json</a></p>
        </main>
      </body>
    </html>`;
}

function notStartedCard(functions: readonly FunctionOverview[]): Html {
  return html`<section class="bad">
    <h2>Not started <span class="count">${functions.length}</span></h2>
    <ul>
      ${functions.map((fn) => html`<li><strong>${fn.name}</strong>: ${fn.notStarted}</li>`)}
    </ul>
  </section>`;
}

/** Without a type: every function of no other table. */
function functionTable(
  title: string,
  functions: readonly FunctionOverview[],
  type: "httpTrigger" | "timerTrigger" | undefined,
  row: (fn: FunctionOverview) => Html,
): Html | string {
  const chosen = functions.filter(({ http, timer }) =>
    type === "httpTrigger"
      ? http !== undefined
      : type === "timerTrigger"
        ? timer !== undefined
        : http === undefined && timer === undefined,
  );
  if (chosen.length === 0) return "";
  return html`<h3>${title}</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table>
        ${chosen.map(row)}
      </table>
    </div>`;
}

function httpRow({ name, http }: FunctionOverview): Html {
  const methods = http?.methods?.join(" ") ?? "any";
  return html`<tr>
    <th scope="row">${name}</th>
    <td><span class="methods">${methods}</span> <code>${http?.route ?? ""}</code></td>
    <td class="soft">${http?.authLevel ?? ""}</td>
  </tr>`;
}

function timerRow({ name, timer }: FunctionOverview): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    <td><code>${timer?.schedule ?? ""}</code></td>
    <td class="soft">
      ${timer?.nextAt ? `next ${toReadableTime(timer.nextAt)}` : "never again"}${timer?.isMonitored === false ? ", not monitored" : ""}
    </td>
  </tr>`;
}

function otherRow({ name, type, bindings }: FunctionOverview): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${type.replace(/Trigger$/, "")}</td>
    <td class="soft">${toCounts(bindings).join(", ")}</td>
  </tr>`;
}

function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function toDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3600);
  return hours < 48
    ? `${hours} h ${Math.floor((seconds % 3600) / 60)} min`
    : `${Math.floor(hours / 24)} days`;
}

function toReadableTime(iso: string): string {
  return iso.replace("T", " ").slice(0, 19);
}

/** `signalR ×4` for a word that stands there four times. */
function toCounts(words: readonly string[]): string[] {
  return [...new Set(words)].map((word) => {
    const count = words.filter((other) => other === word).length;
    return count > 1 ? `${word} ×${count}` : word;
  });
}
