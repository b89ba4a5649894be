/**
 * HTTP triggers behind one Hono app.
 *
 * Source: FunctionInvocationMiddleware.cs and WebScriptHostHttpRoutesManager.cs of Azure/azure-functions-host: unknown
 * route 404, then the key 401, then the invocation; whatever fails there is a bare 500. Query strings hold keys, so
 * no URL is ever logged.
 */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import {
  authLevelSchema,
  isAuthorized,
  readKey,
  type AuthLevel,
  type HostKeys,
} from "./authorize-request.ts";
import { joinQuery, toResponse, toRpcHttpRequest } from "./http-messages.ts";
import type { InvocationResult, Trigger } from "./invoke-function.ts";
import { isType, type LoadedFunction } from "./loaded-function.ts";
import type { RouteTable } from "./route-table.ts";
import type { RouteValues } from "./route-template.ts";

/** FUNCTIONS_REQUEST_BODY_SIZE_LIMIT of Azure, in bytes. */
export const MAX_BODY_BYTES = 104_857_600;

const httpTriggerSchema = z.looseObject({
  route: z.string().optional(),
  methods: z.array(z.string().min(1)).nullish(),
  authLevel: z.string().toLowerCase().pipe(authLevelSchema).default("function"),
});

/** An HTTP function and where it listens. */
export interface HttpFunction {
  readonly fn: LoadedFunction;
  readonly authLevel: AuthLevel;
  /** With the route prefix, without a leading slash. */
  readonly route: string;
  /** Upper case; null takes every method. */
  readonly methods: readonly string[] | null;
}

/** Reads where an HTTP function listens; null when it has another trigger. */
export function toHttpFunction(fn: LoadedFunction, routePrefix: string): HttpFunction | null {
  if (!isType(fn.trigger, "httpTrigger")) return null;
  const { route, methods, authLevel } = httpTriggerSchema.parse(fn.trigger);
  const ownRoute = route === undefined || route === "" ? fn.name : route;
  const prefix = routePrefix.replaceAll(/^\/|\/$/g, "");
  return {
    fn,
    authLevel,
    route: prefix === "" ? ownRoute : `${prefix}/${ownRoute}`,
    methods: methods?.map((method) => method.toUpperCase()) ?? null,
  };
}

/** Serves HTTP functions; answers 404 to everything else. */
export function createHttpApp(o: {
  routes: RouteTable<HttpFunction>;
  keys: HostKeys;
  /** Runs the function; what it rejects with has been logged. */
  run: (fn: LoadedFunction, trigger: Trigger) => Promise<InvocationResult>;
}): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => toBareResponse(413) }));
  app.all("*", async (c) => {
    const url = new URL(c.req.url);
    const { headers } = c.req.raw;
    const found = o.routes.match(c.req.method, url.pathname);
    if (found === null) return toBareResponse(404);
    const { fn, authLevel } = found.target;
    if (!isAuthorized(authLevel, readKey(headers, url.searchParams), o.keys)) return toBareResponse(401);
    const body = new Uint8Array(await c.req.arrayBuffer());
    try {
      const trigger = toTrigger(fn.name, { url, method: c.req.method, headers, params: found.values, body });
      return toResponse((await o.run(fn, trigger)).http);
    } catch {
      return toBareResponse(500);
    }
  });
  return app;
}

/** An answer of the host itself: a status and nothing else. */
export function toBareResponse(status: number): Response {
  return new Response(null, { status, headers: { "content-length": "0" } });
}

const TRACEPARENT = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

function toTrigger(
  functionName: string,
  request: { url: URL; method: string; headers: Headers; params: RouteValues; body: Uint8Array },
): Trigger {
  const query = joinQuery(request.url.searchParams);
  const headers = Object.fromEntries(request.headers);
  const { traceparent } = headers;
  return {
    ...(traceparent !== undefined && TRACEPARENT.test(traceparent) && { traceparent }),
    input: { http: toRpcHttpRequest(request) },
    metadata: {},
    data: {
      functionName,
      values: { ...query, ...request.params, headers, query },
      triggerText: () => (request.body.byteLength > 0 ? new TextDecoder().decode(request.body) : null),
    },
  };
}
