/** What REST calls carry: names in the path, `excluded`, `reason` and `ttl` in the query, a message in the body. */
import type { Context } from "hono";
import { z } from "zod";
import { applicationSchema, groupNameSchema, hubNameSchema } from "./names.ts";
import { BadRequestError } from "./rest-error.ts";

const MAX_BODY_BYTES = 1024 * 1024;

const userIdSchema = z.string().min(1);
const ttlSchema = z
  .string()
  .regex(/^\d{1,10}$/, "must be a whole number of seconds, 0 or more")
  .transform(Number)
  .pipe(z.int().max(2_147_483_647));

/** The hub a call is about: the one in its path, prefixed by its `application`. */
export function hubOf(c: Context): string {
  const hub = parse(hubNameSchema, c.req.param("hub"), "hub");
  const application = parse(applicationSchema.optional(), c.req.query("application"), "application");
  return application === undefined ? hub : `${application}_${hub}`;
}

/** The group in the path. */
export function groupOf(c: Context): string {
  return parse(groupNameSchema, c.req.param("group"), "group");
}

/** The user id in the path. */
export function userOf(c: Context): string {
  return parse(userIdSchema, c.req.param("user"), "user");
}

/** The connection id in the path. */
export function connectionOf(c: Context): string {
  return parse(z.string().min(1), c.req.param("connection"), "connectionId");
}

/** `ttl` in seconds, undefined when not given. */
export function ttlOf(c: Context): number | undefined {
  return parse(ttlSchema.optional(), c.req.query("ttl"), "ttl");
}

/** The connection ids a call leaves out. */
export function excludedOf(c: Context): ReadonlySet<string> {
  return new Set(c.req.queries("excluded") ?? []);
}

const messageSchema = z.object({
  target: z.string().min(1),
  arguments: z.array(z.unknown()).nullish(),
});

/** The message to send; property names count in any case, as .NET and JavaScript callers differ. */
export async function readMessage(c: Context): Promise<{ target: string; arguments: readonly unknown[] }> {
  const contentType = c.req.header("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new BadRequestError("Content-Type", "Only application/json messages are supported.", 415);
  }
  const body = parse(z.record(z.string(), z.unknown()), parseJson(await readText(c.req.raw)), "body");
  const lowerCased = Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const message = parse(messageSchema, lowerCased, "body");
  return { target: message.target, arguments: message.arguments ?? [] };
}

/** Hono's own body limit needs the global Request replaced, which a runtime for other people's code must not do. */
async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: ReadableStream<Uint8Array> | null = request.body;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new BadRequestError("body", "The body is larger than 1 MB.", 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequestError("body", "The body is not JSON.");
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, target: string): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new BadRequestError(target, z.prettifyError(result.error));
  return result.data;
}
