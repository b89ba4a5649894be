/**
 * HTTP on its way into and out of the worker protocol.
 *
 * Source: GrpcMessageConversionExtensions.ToRpcHttp and GrpcMessageExtensionUtilities of Azure/azure-functions-host with
 * the capabilities RpcHttpBodyOnly, RawHttpBodyBytes and UseNullableValueDictionaryForHttp.
 */
import type { RouteValues } from "./route-template.ts";
import type { NullableText, RpcCookie, RpcHttpRequest, RpcHttpResponse } from "./worker-protocol.ts";

const NO_BODY_STATUSES = new Set([204, 205, 304]);
/** The server frames the body itself. */
const FRAMING_HEADERS = new Set(["content-length", "transfer-encoding", "connection", "keep-alive"]);

/** Builds the worker's request; a repeated query value arrives joined by commas, as on Azure. */
export function toRpcHttpRequest(o: {
  url: URL;
  method: string;
  headers: Headers;
  params: RouteValues;
  body: Uint8Array;
}): RpcHttpRequest {
  return {
    url: o.url.href,
    method: o.method,
    nullableHeaders: toNullable(Object.fromEntries(o.headers)),
    nullableQuery: toNullable(joinQuery(o.url.searchParams)),
    nullableParams: toNullable(o.params),
    headers: {},
    query: {},
    params: {},
    ...(o.body.byteLength > 0 && { body: { bytes: o.body } }),
  };
}

/** Query values by name, repeated ones joined by commas. */
export function joinQuery(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(",")]));
}

/** Builds the response a caller gets; a handler that returned nothing answers 204. */
export function toResponse(http: RpcHttpResponse | undefined): Response {
  if (http === undefined) return new Response(null, { status: 204 });
  const status = Number(http.statusCode);
  const headers = new Headers();
  for (const [name, value] of Object.entries(http.headers)) {
    if (!FRAMING_HEADERS.has(name.toLowerCase())) headers.set(name, value);
  }
  for (const cookie of http.cookies) headers.append("set-cookie", toSetCookie(cookie));
  const bytes = http.body?.bytes;
  const hasBody =
    !NO_BODY_STATUSES.has(status) && bytes !== null && bytes !== undefined && bytes.byteLength > 0;
  return new Response(hasBody ? new Uint8Array(bytes) : null, { status, headers });
}

function toSetCookie(cookie: RpcCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  const expiresSeconds = cookie.expires?.value?.seconds;
  if (typeof expiresSeconds === "number")
    parts.push(`expires=${new Date(expiresSeconds * 1000).toUTCString()}`);
  if (typeof cookie.maxAge?.value === "number") parts.push(`max-age=${Math.trunc(cookie.maxAge.value)}`);
  if (typeof cookie.domain?.value === "string") parts.push(`domain=${cookie.domain.value}`);
  // ASP.NET's CookieOptions start with the path "/".
  const path = cookie.path?.value ?? "/";
  if (path !== "") parts.push(`path=${path}`);
  if (cookie.secure?.value === true) parts.push("secure");
  if (cookie.sameSite === "lax" || cookie.sameSite === "strict") parts.push(`samesite=${cookie.sameSite}`);
  if (cookie.sameSite === "explicitNone") parts.push("samesite=none");
  if (cookie.httpOnly?.value === true) parts.push("httponly");
  return parts.join("; ");
}

function toNullable(values: Readonly<Record<string, string>>): Record<string, NullableText> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}
