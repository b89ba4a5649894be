/** What REST calls bring and what they are answered. See rest-api.ts for sources. */
import type { Context } from "hono";
import { z } from "zod";
import { ORDER_FIELDS } from "./order-fields.ts";
import { OrgError } from "./org-error.ts";
import type { FieldValue, OrderDraft } from "./org-record.ts";
import type { Org } from "./org.ts";
import type { QueryPage } from "./query-locators.ts";
import { API_VERSIONS } from "./rest-gate.ts";
import { requireField } from "./run-query.ts";

const PAGE = { smallest: 200, largest: 2_000 };
const MOST_RETRIEVED = 2_000;

/** Records may be sent back with the `attributes` they came with, which say nothing. */
const draftSchema = z
  .looseObject({ attributes: z.unknown().optional() })
  .transform(({ attributes: _attributes, ...fields }) => fields)
  .pipe(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])));
const retrieveSchema = z.object({ ids: z.array(z.string()).min(1), fields: z.array(z.string()).min(1) });

/** The field values in a body; throws OrgError. */
export function readDraft(c: Context): Promise<OrderDraft> {
  return readJson(c, draftSchema);
}

/** Which orders and fields are asked for; throws OrgError. */
export async function readRetrieve(c: Context): Promise<z.infer<typeof retrieveSchema>> {
  const wanted = await readJson(c, retrieveSchema);
  if (wanted.ids.length <= MOST_RETRIEVED) return wanted;
  throw new OrgError(
    "LIMIT_EXCEEDED",
    `record limit reached. cannot submit more than ${MOST_RETRIEVED} records into this call`,
  );
}

async function readJson<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await c.req.json().catch(() => undefined);
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new OrgError("JSON_PARSER_ERROR", "The HTTP entity body is not the JSON that this resource takes.");
}

/** Rows a page, from Sforce-Query-Options; Salesforce keeps it between 200 and 2,000. Undefined when nobody says. */
export function readPageSize(c: Context): number | undefined {
  const wanted = /\bbatchSize\s*=\s*(\d{1,6})\b/i.exec(c.req.header("sforce-query-options") ?? "")?.[1];
  return wanted === undefined ? undefined : Math.min(PAGE.largest, Math.max(PAGE.smallest, Number(wanted)));
}

/** `/services/data/vX.Y` of the version that was asked. */
export function toBase(c: Context): string {
  return `/services/data/${c.req.param("version") ?? ""}`;
}

/** One page of a query; the next one of a queryAll, too, is fetched from `query`. */
export function toQueryAnswer(c: Context, page: QueryPage) {
  return {
    totalSize: page.totalSize,
    done: page.next === null,
    ...(page.next === null ? {} : { nextRecordsUrl: `${toBase(c)}/query/${page.next}` }),
    records: page.rows.map((row) => toRow(c, row, Object.keys(row), null)),
  };
}

/** One order with its `attributes`; without `names`, every field that is not hidden. Throws OrgError. */
export function toRow(
  c: Context,
  row: Readonly<Record<string, FieldValue>>,
  names: readonly string[] | undefined,
  hiddenField: string | null,
) {
  const all = ORDER_FIELDS.map(({ name }) => name).filter((name) => !isSame(name, hiddenField));
  const fields = (names ?? all).map((name) => requireField(name, hiddenField).name);
  const id = row["Id"];
  const url = typeof id === "string" ? { url: `${toBase(c)}/sobjects/Order/${id}` } : {};
  return {
    attributes: { type: "Order", ...url },
    ...Object.fromEntries(fields.map((name) => [name, row[name] ?? null])),
  };
}

function isSame(name: string, other: string | null): boolean {
  return name.toLowerCase() === other?.toLowerCase();
}

/** The versions that answer, oldest first. */
export function listVersions() {
  const count = API_VERSIONS.newest - API_VERSIONS.oldest + 1;
  return Array.from({ length: count }, (_, index) => {
    const version = `${API_VERSIONS.oldest + index}.0`;
    return { label: `API ${version}`, url: `/services/data/v${version}`, version };
  });
}

/** What a version has to offer, where jsforce looks for the address of its identity. */
export function toResources(c: Context, org: Org) {
  const base = toBase(c);
  const resources = ["composite", "limits", "query", "queryAll", "sobjects"];
  return {
    ...Object.fromEntries(resources.map((name) => [name, `${base}/${name}`])),
    identity: toIdentityUrl(c, org),
  };
}

function toIdentityUrl(c: Context, org: Org): string {
  return `${new URL(c.req.url).origin}/id/${org.organizationId}/${org.users[0]?.Id ?? ""}`;
}

/** Who the token stands for. */
export function toIdentity(c: Context, org: Org) {
  const { origin } = new URL(c.req.url);
  const user = org.users[0];
  return {
    id: toIdentityUrl(c, org),
    asserted_user: true,
    user_id: user?.Id,
    organization_id: org.organizationId,
    display_name: user?.Name,
    active: true,
    urls: {
      rest: `${origin}/services/data/v{version}/`,
      sobjects: `${origin}/services/data/v{version}/sobjects/`,
    },
  };
}
