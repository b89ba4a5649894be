/** What every endpoint of a signed-in person shares: who is it, may this page ask, and errors as problems. */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { z } from "zod";
import { isPlatformAuthOn } from "../config.ts";
import { ForbiddenError, InvalidRequestError, UnsupportedMediaTypeError } from "../domain/errors.ts";
import { principalIdSchema, scopeSchema } from "../domain/subscription.ts";
import { type Caller, requireRole, toCaller } from "../identity/caller.ts";
import { getServices, type Services } from "../services.ts";
import { toProblem } from "./problem.ts";

/** What an endpoint is given. */
export interface EndpointCall {
  caller: Caller;
  request: HttpRequest;
  context: InvocationContext;
  services: Services;
}

type Endpoint = (call: EndpointCall) => Promise<HttpResponseInit>;

/** An endpoint for anyone who is signed in. */
export function forUser(endpoint: Endpoint): HttpHandler {
  return async (request, context) => {
    try {
      const caller = toCaller(request.headers, isPlatformAuthOn());
      const services = getServices();
      if (request.method !== "GET") requireAllowedOrigin(request, services.config.ALLOWED_ORIGINS);
      const answer = await endpoint({ caller, request, context, services });
      const headers = new Headers(answer.headers);
      // Whoever is signed in next at this browser or proxy is somebody else.
      if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
      return { ...answer, headers };
    } catch (error) {
      return toProblem(error, context);
    }
  };
}

/** An endpoint for administrators. */
export function forAdmin(endpoint: Endpoint): HttpHandler {
  return forUser((call) => {
    requireRole(call.caller, "OrderBell.Admin");
    return endpoint(call);
  });
}

/** The largest JSON body an endpoint reads unless it says otherwise, in characters. */
const LARGEST_JSON = 64 * 1024;

/** A person or group in a path; an encoded slash arrives undecoded, so such an id would come to name somebody else. */
export const pathIdSchema = principalIdSchema.refine((id) => !/%2f/i.test(id), {
  error: "holds an encoded slash, which a path cannot carry",
});

/** A scope in a path, which for the same reason takes no value with a slash; lines of an import carry any. */
export const pathScopeSchema = scopeSchema.refine((scope) => !/%2f/i.test(scope), {
  error:
    "holds an encoded slash, which a path cannot carry: an administrator sends it in a line of PUT /api/admin/subscriptions or PUT /api/admin/grants",
});

/** Reads a JSON body, none at all being `{}`; anything but `application/json` is refused, because other types need no CORS preflight. */
export async function readJson<Output>(
  request: HttpRequest,
  schema: z.ZodType<Output>,
  largest = LARGEST_JSON,
): Promise<Output> {
  const text = await request.text();
  if (text === "") return parseRequest(schema, {});
  requireContentType(request, "application/json");
  if (text.length > largest) throw new InvalidRequestError(`The body is longer than ${largest} characters.`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new InvalidRequestError("The body is not JSON.");
  }
  return parseRequest(schema, body);
}

/** Parses what the caller sent; throws InvalidRequestError that names every place that does not fit. */
export function parseRequest<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues
    .slice(0, 100)
    .map(({ path, message }) => `${path.join(".") || "request"}: ${message}`);
  throw new InvalidRequestError("The request does not fit.", details);
}

/** Throws UnsupportedMediaTypeError unless the body is declared as `type`. */
export function requireContentType(request: HttpRequest, type: string): void {
  const found = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (found !== type) throw new UnsupportedMediaTypeError(`Send ${type}.`);
}

/** Browsers name the page's origin on every state-changing request; programs send none. */
function requireAllowedOrigin(request: HttpRequest, allowed: readonly string[]): void {
  const origin = request.headers.get("origin");
  if (origin === null || allowed.includes(origin)) return;
  const { host, protocol } = new URL(request.url);
  const own = request.headers.get("host") ?? host;
  // Before App Service's front end there is TLS whatever the address says that arrives here.
  if (origin !== `https://${own}` && origin !== `${protocol}//${own}`) {
    throw new ForbiddenError("Pages of another origin may not do this.");
  }
}
