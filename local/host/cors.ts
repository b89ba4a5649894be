/**
 * Cross-origin requests, as the Functions tools answer them with `Host.CORS` and `Host.CORSCredentials` of
 * local.settings.json: every header and method is allowed to the origins that are named.
 *
 * Source: Startup.cs of Azure/azure-functions-core-tools, CorsMiddleware.cs and CorsService.cs of dotnet/aspnetcore. On
 * Azure the platform does it, by the site's `cors` settings.
 */
import type { MiddlewareHandler } from "hono";

/** Who may call from another origin; nobody without `origins`. */
export interface CorsPolicy {
  /** `https://app.example.org`, or `*` alone for all. */
  readonly origins: readonly string[];
  /** Cookies may come along. */
  readonly credentials: boolean;
}

/** Middleware that answers preflight requests itself and marks other answers; without origins it does nothing. */
export function createCors(policy: CorsPolicy): MiddlewareHandler {
  const origins = new Set(policy.origins.map((origin) => origin.toLowerCase()));
  const allowsAny = origins.has("*") && origins.size === 1;
  return async (c, next) => {
    const origin = c.req.header("origin");
    if (origins.size === 0 || origin === undefined) return next();
    const requestedMethod = c.req.header("access-control-request-method");
    const isPreflight = c.req.method === "OPTIONS" && requestedMethod !== undefined;
    const isAllowed = allowsAny || origins.has(origin);
    const headers: [string, string][] = [];
    if (isAllowed) {
      headers.push(["Access-Control-Allow-Origin", allowsAny ? "*" : origin]);
      if (policy.credentials) headers.push(["Access-Control-Allow-Credentials", "true"]);
      if (!allowsAny && origins.size > 1) headers.push(["Vary", "Origin"]);
    }
    if (isPreflight) {
      const requestedHeaders = c.req.header("access-control-request-headers");
      if (isAllowed) {
        headers.push(["Access-Control-Allow-Methods", requestedMethod]);
        if (requestedHeaders !== undefined) headers.push(["Access-Control-Allow-Headers", requestedHeaders]);
      }
      // A foreign origin is answered too, without the headers it would need.
      return new Response(null, { status: 204, headers });
    }
    await next();
    for (const [name, value] of headers) c.header(name, value, { append: name === "Vary" });
    return undefined;
  };
}
