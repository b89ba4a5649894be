/**
 * The messages between the Functions host and the Node.js worker, as `@azure/functions` reads and writes them.
 *
 * Source: `types-core/index.d.ts` of Azure/azure-functions-nodejs-worker, `converters/` of @azure/functions 4.16.5.
 */
import { z } from "zod";

/** Text that may be empty, as the capability UseNullableValueDictionaryForHttp has it. */
export type NullableText = { value: string };

/** An HTTP request on its way to the worker. */
export interface RpcHttpRequest {
  url: string;
  method: string;
  nullableHeaders: Record<string, NullableText>;
  nullableQuery: Record<string, NullableText>;
  nullableParams: Record<string, NullableText>;
  headers: Record<string, string>;
  query: Record<string, string>;
  params: Record<string, string>;
  body?: { bytes: Uint8Array };
}

/** A value on its way to the worker; `{}` arrives as undefined. */
export type RpcInput =
  | { string: string }
  | { json: string }
  | { http: RpcHttpRequest }
  | Record<string, never>;

/** What the worker is asked to run. */
export interface RpcInvocationRequest {
  invocationId: string;
  functionId: string;
  inputData: { name: string; data: RpcInput }[];
  triggerMetadata: Record<string, RpcInput>;
  traceContext: { traceParent: string; traceState: string; attributes: Record<string, string> };
}

const nullableText = z.object({ value: z.string().nullish() }).nullish();
const nullableBoolean = z.object({ value: z.boolean().nullish() }).nullish();

const cookieSchema = z.object({
  name: z.string(),
  value: z.string(),
  domain: nullableText,
  path: nullableText,
  expires: z.object({ value: z.object({ seconds: z.number() }).nullish() }).nullish(),
  secure: nullableBoolean,
  httpOnly: nullableBoolean,
  sameSite: z.enum(["none", "lax", "strict", "explicitNone"]).nullish(),
  maxAge: z.object({ value: z.number().nullish() }).nullish(),
});

const httpResponseSchema = z.object({
  statusCode: z.string().regex(/^\d{3}$/),
  headers: z.record(z.string(), z.string()).default({}),
  cookies: z.array(cookieSchema).default([]),
  body: z.object({ bytes: z.instanceof(Uint8Array).nullish() }).nullish(),
});

const typedDataSchema = z.object({
  string: z.string().nullish(),
  json: z.string().nullish(),
  bytes: z.instanceof(Uint8Array).nullish(),
  int: z.number().nullish(),
  double: z.number().nullish(),
  http: httpResponseSchema.nullish(),
});

/** What the worker answers. */
export const invocationResponseSchema = z.object({
  outputData: z.array(z.object({ name: z.string(), data: typedDataSchema.nullish() })).default([]),
  returnValue: typedDataSchema.nullish(),
});

export type RpcCookie = z.infer<typeof cookieSchema>;
export type RpcHttpResponse = z.infer<typeof httpResponseSchema>;
export type RpcOutput = z.infer<typeof typedDataSchema>;

/** The plain value of what the worker sent; undefined when it sent none. */
export function fromRpcOutput(data: RpcOutput | null | undefined): unknown {
  if (data === null || data === undefined) return undefined;
  if (typeof data.json === "string") return JSON.parse(data.json) as unknown;
  return data.string ?? data.bytes ?? data.int ?? data.double ?? data.http ?? undefined;
}
