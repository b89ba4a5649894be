/** What REST calls carry: names in the path, `excluded`, `reason` and `ttl` in the query, a message in the body. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { z } from "zod";
import { toTextFrame } from "./client-socket.ts";
import { toRecord } from "./hub-protocol.ts";
import { applicationSchema, groupNameSchema, hubNameSchema } from "./names.ts";
import { BadRequestError } from "./rest-error.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DISCARDED_BYTES = 16 * MAX_BODY_BYTES;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** A request, with Node's own beside the web's. */
export type RestContext = Context<{ Bindings: HttpBindings }>;

const userIdSchema = z.string().min(1);
const connectionIdSchema = z.string().min(1);
const optionalApplicationSchema = applicationSchema.optional();
const ttlSchema = z
  .string()
  .regex(/^\d{1,10}$/, "must be a whole number of seconds, 0 or more")
  .transform(Number)
  .pipe(z.int().max(2_147_483_647))
  .optional();

/** The hub a call is about: the one in its path, prefixed by its `application`. */
export function hubOf(c: RestContext): string {
  const hub = parse(hubNameSchema, c.req.param("hub"), "hub");
  const application = parse(optionalApplicationSchema, c.req.query("application"), "application");
  return application === undefined ? hub : `${application}_${hub}`;
}

/** The group in the path. */
export function groupOf(c: RestContext): string {
  return parse(groupNameSchema, c.req.param("group"), "group");
}

/** The user id in the path. */
export function userOf(c: RestContext): string {
  return parse(userIdSchema, c.req.param("user"), "user");
}

/** The connection id in the path. */
export function connectionOf(c: RestContext): string {
  return parse(connectionIdSchema, c.req.param("connection"), "connectionId");
}

/** `ttl` in seconds, undefined when not given. */
export function ttlOf(c: RestContext): number | undefined {
  return parse(ttlSchema, c.req.query("ttl"), "ttl");
}

/** The connection ids a call leaves out. */
export function excludedOf(c: RestContext): ReadonlySet<string> {
  return new Set(c.req.queries("excluded") ?? []);
}

const fieldsSchema = z.record(z.string(), z.unknown());
const messageSchema = z.object({
  target: z.string().min(1),
  arguments: z.array(z.unknown()).nullish(),
});

/** The message to send, as the one frame that all receive; names count in any case: .NET and JavaScript callers differ. */
export async function readInvocationFrame(c: RestContext): Promise<Buffer> {
  const contentType = c.req.header("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new BadRequestError("Content-Type", "Only application/json messages are supported.", 415);
  }
  const body = parse(fieldsSchema, parseJson(await readBytes(c.env.incoming)), "body");
  const lowerCased = Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const message = parse(messageSchema, lowerCased, "body");
  try {
    return toTextFrame(toRecord({ type: 1, target: message.target, arguments: message.arguments ?? [] }));
  } catch (error) {
    // JSON.parse reads deeper than JSON.stringify can write.
    if (error instanceof RangeError) throw new BadRequestError("body", "The body is nested too deeply.");
    throw error;
  }
}

/** From Node's request: making a web stream of it would cost more than all the rest of a call. */
async function readBytes(incoming: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    // A body a little too large is read to its end, for the caller hears the answer only then.
    if (bytes > MAX_DISCARDED_BYTES) break;
  }
  if (bytes > MAX_BODY_BYTES) throw new BadRequestError("body", "The body is larger than 1 MB.", 413);
  return Buffer.concat(chunks);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch {
    throw new BadRequestError("body", "The body is not JSON in UTF-8.");
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, target: string): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new BadRequestError(target, z.prettifyError(result.error));
  return result.data;
}
