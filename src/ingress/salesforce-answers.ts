/** Reads what the REST API answers; nothing of it is believed before. */
import { z } from "zod";
import type { FieldValues } from "../domain/order-change.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";

/** Calls of the organisation in the last 24 hours, by all its clients. */
export interface ApiUsage {
  used: number;
  limit: number;
}

const recordSchema = z.record(z.string(), z.unknown());

const queryAnswerSchema = z.object({
  done: z.boolean(),
  records: z.array(recordSchema),
  nextRecordsUrl: z.string().optional(),
});

const describeSchema = z.object({ fields: z.array(z.object({ name: z.string(), type: z.string() })) });

const retrievedSchema = z.array(recordSchema.nullable());

/** Addresses and places come as objects of several values; their parts are fields of their own. */
const COMPOUND_TYPES = ["address", "location"];

/** One page of a query; `next` leads to the following page and is null after the last. */
export function readOrderPage(
  body: unknown,
  instanceUrl: string,
): { orders: FieldValues[]; next: string | null } {
  const page = read(queryAnswerSchema, body, "a page of orders");
  const orders = page.records.map(toOrderFields);
  if (page.done) return { orders, next: null };
  if (page.nextRecordsUrl === undefined)
    throw unreadable("a page of orders, and does not say where the next one is");
  return { orders, next: toNextPath(page.nextRecordsUrl, instanceUrl) };
}

/** The path of a next page; throws `SalesforceError` for one that leads anywhere else than to this instance's pages. */
export function toNextPath(url: string, instanceUrl: string): string {
  const next = URL.canParse(url, instanceUrl) ? new URL(url, instanceUrl) : undefined;
  const isPage =
    next?.origin === new URL(instanceUrl).origin &&
    next.username === "" &&
    next.search === "" &&
    /^\/services\/data\/v\d+\.\d+\/query(?:All)?\/[\w-]+$/.test(next.pathname);
  if (next === undefined || !isPage) throw unreadable("a next page that is not its own");
  return next.pathname;
}

/** The names of the fields that the org has and the login sees, without compound fields. */
export function readFieldNames(body: unknown): Set<string> {
  const { fields } = read(describeSchema, body, "the description of orders");
  return new Set(fields.filter(({ type }) => !COMPOUND_TYPES.includes(type)).map(({ name }) => name));
}

/** The orders of a composite call; what is null is gone or hidden. */
export function readRetrievedOrders(body: unknown): FieldValues[] {
  return read(retrievedSchema, body, "orders")
    .filter((record) => record !== null)
    .map(toOrderFields);
}

/** The fields of one record, spelt as an outbound message would; `attributes` and whatever is no plain value stay out. */
export function toOrderFields(record: Readonly<Record<string, unknown>>): FieldValues {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      if (value === null || typeof value === "string") return [[name, value]];
      return typeof value === "boolean" || typeof value === "number" ? [[name, String(value)]] : [];
    }),
  );
}

/** Reads the header Sforce-Limit-Info, `api-usage=18/15000`, sometimes with `; per-app-api-usage=…` behind it. */
export function toApiUsage(header = ""): ApiUsage | undefined {
  const [, used, limit] = /(?:^|[;,\s])api-usage=(\d+)\/(\d+)/.exec(header) ?? [];
  return used === undefined || limit === undefined ? undefined : { used: Number(used), limit: Number(limit) };
}

function read<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const answer = schema.safeParse(body);
  if (!answer.success) throw unreadable(`something that is not ${what}`);
  return answer.data;
}

function unreadable(what: string): SalesforceError {
  return new SalesforceError(
    "unreadableAnswer",
    `Salesforce answered with ${what}, so nothing of the answer was used. Look for a proxy that changes answers.`,
  );
}
