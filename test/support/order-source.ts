/**
 * Orders as polling reads them: an array of rows behind the calls of `Salesforce`, for tests.
 *
 * It answers the text of `toOrderQuery` and nothing else: window, keyset, order by (SystemModstamp, Id), pages. Rows are
 * spelt as REST does (`+0000`, numbers without zeros). As in Salesforce, a page that follows belongs to the query that
 * began it, the fields are described once, and every answer says how many calls of the organisation are used.
 */
import { SalesforceError } from "../../src/domain/salesforce-error.ts";
import type { OrderFields, OrderPage, Salesforce } from "../../src/ingress/salesforce.ts";

/** What was asked of Salesforce; a description that is remembered is no call. */
export type SalesforceCall = "describe" | "query" | "queryMore" | "retrieve";

export interface OrderSourceDouble extends Salesforce {
  /** The truth; a test changes it between calls. */
  rows: OrderFields[];
  readonly calls: SalesforceCall[];
  /** The queries that were asked. */
  readonly queries: string[];
  /** Fields that the organisation does not have or the login does not see. */
  readonly hidden: Set<string>;
  /** What every answer from now on says of the organisation's calls. */
  usage: { used: number; limit: number } | undefined;
  /** The next call of this kind, or the n-th next one, fails. */
  failAt(call: SalesforceCall, error: SalesforceError, nth?: number): void;
  /** Pages that were promised are gone. */
  expireLocators(): void;
}

const QUERY =
  /^SELECT ([\w, ]+) FROM Order WHERE SystemModstamp >= (\S+) AND SystemModstamp < (\S+)(?: AND \(\(SystemModstamp = (\S+) AND Id > '(\w+)'\) OR SystemModstamp > (\S+)\))? ORDER BY SystemModstamp ASC, Id ASC$/;

/** Opens an organisation with these orders. */
export function createOrderSource(
  rows: OrderFields[],
  pageRows = 2_000,
  now = () => new Date(),
): OrderSourceDouble {
  let described: ReadonlySet<string> | undefined;
  let apiUsage: { used: number; limit: number; at: string } | undefined;
  const promised = new Map<string, OrderFields[]>();
  const failures: { call: SalesforceCall; error: SalesforceError; nth: number }[] = [];

  /** Counts a call; what it answers says how many calls are used, also when it is a refusal. */
  function count(call: SalesforceCall): void {
    source.calls.push(call);
    apiUsage = source.usage === undefined ? apiUsage : { ...source.usage, at: now().toISOString() };
    for (const failure of failures.filter((one) => one.call === call)) {
      failure.nth -= 1;
      if (failure.nth > 0) continue;
      failures.splice(failures.indexOf(failure), 1);
      throw failure.error;
    }
  }

  function toPage(found: OrderFields[]): OrderPage {
    const rest = found.slice(pageRows);
    if (rest.length === 0) return { orders: found, next: null };
    const next = `/services/data/v66.0/query/0r8-${promised.size}`;
    promised.set(next, rest);
    return { orders: found.slice(0, pageRows), next };
  }

  function select(fields: readonly string[], row: OrderFields): OrderFields {
    const hidden = fields.find((field) => source.hidden.has(field));
    if (hidden !== undefined) throw new SalesforceError("invalidField", `No such column '${hidden}'.`);
    return Object.fromEntries(fields.map((field) => [field, row[field] ?? null]));
  }

  const source: OrderSourceDouble = {
    rows,
    calls: [],
    queries: [],
    hidden: new Set(),
    usage: undefined,
    failAt: (call, error, nth = 1) => void failures.push({ call, error, nth }),
    expireLocators: () => promised.clear(),
    async findFields(wanted) {
      if (described === undefined) {
        count("describe");
        described = new Set(source.hidden);
      }
      const unseen = described;
      return {
        visible: wanted.filter((field) => !unseen.has(field)),
        missing: wanted.filter((field) => unseen.has(field)),
      };
    },
    forgetFields() {
      described = undefined;
    },
    async queryOrders(soql) {
      count("query");
      source.queries.push(soql);
      const [match, fields = "", from = "", to = "", equal = "", id = "", after = ""] =
        QUERY.exec(soql) ?? [];
      if (match === undefined) throw new SalesforceError("queryRefused", `unexpected token: ${soql}`);
      const found = source.rows
        .filter((row) => toStamp(row) >= from && toStamp(row) < to)
        .filter((row) => after === "" || toStamp(row) > after || (toStamp(row) === equal && toId(row) > id))
        .toSorted((a, b) => (toPlace(a) < toPlace(b) ? -1 : 1));
      return toPage(found.map((row) => select(fields.split(", "), row)));
    },
    async queryMoreOrders(next) {
      count("queryMore");
      const rest = promised.get(next);
      if (rest === undefined) throw new SalesforceError("locatorExpired", "invalid query locator");
      return toPage(rest);
    },
    async retrieveOrders(ids, fields) {
      count("retrieve");
      const wanted = new Set(ids.map((id) => id.slice(0, 15)));
      const living = source.rows.filter((row) => row["IsDeleted"] !== "true");
      return living.filter((row) => wanted.has(toId(row).slice(0, 15))).map((row) => select(fields, row));
    },
    get apiUsage() {
      return apiUsage;
    },
  };
  return source;
}

/** The n-th order as REST spells it; a draft that is older than anything that polling began with. */
export function createOrderRow(n: number, fields: OrderFields = {}): OrderFields {
  return {
    Id: toOrderId(n),
    AccountId: "001000000000001AAA",
    OwnerId: "005000000000001AAA",
    OrderNumber: String(n).padStart(8, "0"),
    Status: "Draft",
    StatusCode: "Draft",
    TotalAmount: "1100",
    CreatedDate: "2026-01-05T08:00:00.000+0000",
    SystemModstamp: "2026-11-01T08:00:00.000+0000",
    IsDeleted: "false",
    ...fields,
  };
}

/** Digits only, so that the 18-character form always ends with AAA. */
export function toOrderId(n: number): string {
  return `801${String(n).padStart(12, "0")}AAA`;
}

function toStamp(row: OrderFields): string {
  return (row["SystemModstamp"] ?? "").replace("+0000", "Z");
}

function toId(row: OrderFields): string {
  return row["Id"] ?? "";
}

function toPlace(row: OrderFields): string {
  return `${toStamp(row)}|${toId(row)}`;
}
