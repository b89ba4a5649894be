/** The `/.auth/*` routes of App Service Authentication, with a local form in place of the identity provider. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type AuthConfig, loginProviders } from "./auth-config.ts";
import { toLocalPath } from "./local-path.ts";
import { toClaims } from "./principal-headers.ts";
import { endSession, readSession, type Session, signInSchema, startSession } from "./session.ts";
import { type LocalPerson, signedOutPage, signInPage } from "./sign-in-page.ts";

/** What the routes, and the middleware around them, need. */
export interface AuthRoutesOptions {
  readonly config: AuthConfig;
  /** At least 32 bytes, kept by the caller so that sessions survive a restart. */
  readonly signingKey: Uint8Array;
  /** Offered on the form as one click each. */
  readonly people: readonly LocalPerson[];
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
}

/** Signing in and out, and who is signed in, under `/.auth/`. */
export function createAuthRoutes({ config, signingKey, people, log }: AuthRoutesOptions): Hono {
  const providers = loginProviders(config);
  const routes = new Hono();

  routes.use(async (c, next) => {
    if (c.req.method === "POST" && !isSameOrigin(c)) return c.text("Sign in from this site only.", 403);
    await next();
    c.header("Cache-Control", "no-store");
    return undefined;
  });

  const signIn = async (c: Context, provider: string, who: z.infer<typeof signInSchema>): Promise<void> => {
    await startSession(c, signingKey, { ...who, provider });
    log("info", `${who.userId} signed in by ${provider}.`);
  };

  routes.get("/.auth/login/:provider", (c) => {
    const provider = c.req.param("provider");
    if (!providers.has(provider)) return c.notFound();
    return signInPage(c, { people, provider, returnTo: c.req.query("post_login_redirect_uri") });
  });

  routes.post("/.auth/login/:provider", async (c) => {
    const provider = c.req.param("provider");
    if (!providers.has(provider)) return c.notFound();
    if (/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
      const who = signInSchema.safeParse(await c.req.json<unknown>().catch(() => undefined));
      if (!who.success) return c.text(z.prettifyError(who.error), 400);
      await signIn(c, provider, who.data);
      return c.body(null, 204);
    }
    const form = formSchema.parse(await c.req.parseBody().catch(() => ({})));
    const chosen = people.find((person) => person.userId === form.person);
    const who = signInSchema.safeParse(chosen ?? { ...form, name: form.name.trim() || undefined });
    if (!who.success) {
      const problems = who.error.issues.map((issue) => `${fieldLabel(issue.path[0])}: ${issue.message}`);
      const retry = { userId: form.userId, name: form.name, roles: form.roles.join(", "), problems };
      return signInPage(c, { people, provider, returnTo: form.post_login_redirect_uri, retry });
    }
    await signIn(c, provider, who.data);
    return c.redirect(toLocalPath(form.post_login_redirect_uri) ?? "/", 302);
  });

  routes.get("/.auth/me", async (c) => {
    const session = await readSession(c, signingKey);
    return session === undefined ? c.body(null, 401) : c.json([toMe(session)]);
  });

  routes.get("/.auth/logout", (c) => {
    endSession(c);
    return c.redirect(toLocalPath(c.req.query("post_logout_redirect_uri")) ?? "/.auth/logout/complete", 302);
  });
  routes.get("/.auth/logout/complete", (c) => signedOutPage(c));

  return routes;
}

const formText = z.string().catch("");
const formSchema = z.object({
  person: formText,
  userId: formText,
  name: formText,
  roles: formText.transform((text) => text.split(/[\s,]+/).filter((role) => role !== "")),
  post_login_redirect_uri: formText,
});

function fieldLabel(field: PropertyKey | undefined): string {
  return field === "name" ? "Name" : field === "roles" ? "Roles" : "User id";
}

/** As `/.auth/me` answers for one provider, without the tokens, of which there are none here. */
function toMe(session: Session): object {
  return {
    provider_name: session.provider,
    user_id: session.userId,
    user_claims: toClaims(session),
    expires_on: session.expiresAt.toISOString(),
  };
}

/** Browsers name the origin of every cross-site POST; programs send none. */
function isSameOrigin(c: Context): boolean {
  const origin = c.req.header("origin");
  return origin === undefined || origin === new URL(c.req.url).origin;
}
