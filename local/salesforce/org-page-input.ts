/** What the JSON behind the org's page takes: from whom, in which shape. */
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { PageError } from "./org-page-errors.ts";
import type { OrderDraft } from "./org-record.ts";
import type { Org } from "./org.ts";

const MOST_AT_ONCE = 10_000;

const digits = z
  .string()
  .regex(/^\d{0,15}$/, "Give an order number: digits only.")
  .optional();
/** Reads which orders are wanted. */
export const searchSchema = z.object({ search: digits, before: digits });
const count = z.int().min(1).max(MOST_AT_ONCE);
const valueShape = { amount: z.number(), accountId: z.string(), region: z.string() };
/** Reads what to create. */
export const creationSchema = z.strictObject({ ...valueShape, count }).exactPartial();
/** Reads what to change of one order. */
export const changeSchema = z
  .strictObject({ ...valueShape, status: z.string(), ownerId: z.string() })
  .exactPartial()
  .refine((change) => Object.keys(change).length > 0, "Say what shall change.");
/** Reads what to do to how many orders. */
export const bulkSchema = z.strictObject({ count, change: z.enum(["amount", "activate", "status"]) });
/** Reads where outbound messages shall go: nowhere but to this machine. */
export const endpointSchema = z.strictObject({
  url: z.url({
    protocol: /^http$/,
    hostname: /^(localhost|127\.0\.0\.1|\[::1\])$/,
    error: "The endpoint must be an http address of this machine, such as http://127.0.0.1:7071/…",
  }),
});

/** Takes changes only as JSON, and never from pages of other origins: browsers name the origin of what they send. */
export const jsonFromHere: MiddlewareHandler = async (c, next) => {
  if (c.req.method === "GET" || c.req.method === "HEAD") return next();
  const origin = c.req.header("origin");
  if (origin !== undefined && origin !== new URL(c.req.url).origin) {
    throw new PageError("FOREIGN_ORIGIN", "Pages of other origins may change nothing here.");
  }
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new PageError("NOT_JSON", "Send application/json.");
  }
  return next();
};

/** What the org says is of this moment. */
export const noStore: MiddlewareHandler = async (c, next) => {
  await next();
  c.header("Cache-Control", "no-store");
  c.header("X-Content-Type-Options", "nosniff");
};

/** Requests are small. */
export const limitedBody: MiddlewareHandler = bodyLimit({
  maxSize: 64 * 1024,
  onError: () => {
    throw new PageError("TOO_LARGE", "That is too much for one request.");
  },
});

/** The body as JSON; throws PageError. */
export async function readBody(c: Context): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new PageError("INVALID_INPUT", "The body is not JSON.");
  }
}

/** What `schema` makes of the input; throws PageError with all that is wrong. */
export function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const found = schema.safeParse(input);
  if (found.success) return found.data;
  const problems = found.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${message} (${path.join(".")})`,
  );
  throw new PageError("INVALID_INPUT", problems.join("; "));
}

type Values = z.infer<typeof changeSchema>;

const FIELDS = {
  amount: "TotalAmount",
  accountId: "AccountId",
  region: "Region__c",
  status: "Status",
  ownerId: "OwnerId",
} as const satisfies Record<keyof Values, string>;

/** The values under the names of the org's fields. */
export function toDraft(values: Values): OrderDraft {
  const given: Readonly<Record<string, string | number | undefined>> = values;
  return Object.fromEntries(
    Object.entries(FIELDS).flatMap(([key, field]) => {
      const value = given[key];
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

/** The `index`th new order: where nothing is said, accounts take turns and amounts differ. */
export function toNewDraft(org: Org, values: Values, index: number): OrderDraft {
  return {
    Status: "Draft",
    EffectiveDate: new Date().toISOString().slice(0, 10),
    AccountId: org.accounts[index % org.accounts.length]?.Id ?? null,
    TotalAmount: 100 + (index % 40) * 37.5,
    ...toDraft(values),
  };
}
