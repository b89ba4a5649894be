/**
 * App Service Authentication ("Easy Auth") for the local runtime, as the documentation describes it:
 * "Authentication and authorization in Azure App Service", "Work with user identities…", "Customize sign-ins and
 * sign-outs…" (learn.microsoft.com/azure/app-service/overview-authentication-authorization,
 * configure-authentication-user-identities, configure-authentication-customize-sign-in-out). A form takes the place
 * of the identity provider; there are no provider tokens.
 *
 * An app without `auth.json` does not get this layer at all, as in Azure: with platform auth off nothing sets the
 * principal headers and nothing strips those a client sends, so such an app must not read them.
 * On excluded paths nothing sets them either: App Service does not promise it, so nothing should come to rely on it.
 */
import type { Context, MiddlewareHandler } from "hono";
import type { AuthConfig } from "./auth-config.ts";
import { type AuthRoutesOptions, createAuthRoutes } from "./auth-routes.ts";
import { isExcludedPath } from "./excluded-paths.ts";
import { withPrincipal } from "./principal-headers.ts";
import { readSession } from "./session.ts";

/** Middleware to mount before everything else: it answers `/.auth/*`, refuses strangers, and names the others. */
export function createAppServiceAuth(options: AuthRoutesOptions): MiddlewareHandler {
  const { config, signingKey } = options;
  const { excludedPaths } = config.globalValidation;
  const routes = createAuthRoutes(options);
  return async (c, next) => {
    const { pathname } = new URL(c.req.url);
    if (pathname.startsWith("/.auth/")) return routes.fetch(c.req.raw, c.env);
    const excluded = isExcludedPath(pathname, excludedPaths);
    const session = excluded ? undefined : await readSession(c, signingKey);
    if (!excluded && session === undefined) {
      const refusal = refuse(c, config);
      if (refusal !== undefined) return refusal;
    }
    c.req.raw = withPrincipal(c.req.raw, session);
    return next();
  };
}

/** The answer to a request without a session, or undefined when the app lets strangers in. */
function refuse(c: Context, { globalValidation }: AuthConfig): Response | undefined {
  switch (globalValidation.unauthenticatedClientAction) {
    case "AllowAnonymous":
      return undefined;
    case "Return401":
      // As App Service sends it when no authorization URI is known (YannickRe/ms-graph-proxy-function#5).
      c.header("WWW-Authenticate", `Bearer realm="${new URL(c.req.url).host}"`);
      return c.body(null, 401);
    case "Return403":
      return c.body(null, 403);
    case "RedirectToLoginPage": {
      const { pathname, search } = new URL(c.req.url);
      const provider = encodeURIComponent(globalValidation.redirectToProvider ?? "local");
      const query = new URLSearchParams({ post_login_redirect_uri: pathname + search });
      return c.redirect(`/.auth/login/${provider}?${query.toString()}`);
    }
  }
}
