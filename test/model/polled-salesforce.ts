/**
 * Salesforce as polling sees it: answers the order query in pages of one to three rows, so that equal stamps meet page
 * borders. It is not documented whether the later pages of a cursor show rows as they were at the query or as they are
 * when the page is read; a world has the one or the other.
 */
import { SalesforceError } from "../../src/domain/salesforce-error.ts";
import type { OrderFields, OrderPage, Salesforce } from "../../src/ingress/salesforce.ts";
import type { Chance } from "./chance.ts";
import { type SalesforceOrders, toRestFields, type Version } from "./salesforce-orders.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What later pages of a cursor show. */
export type CursorKind = "asQueried" | "asRead";

/** The organisation's REST side. */
export interface PolledSalesforce extends Omit<Salesforce, "apiUsage"> {
  readonly apiUsage: undefined;
  /** The order queries that were asked. */
  readonly queries: readonly string[];
  /** Forgets every cursor. */
  expireCursors(): void;
  /** When a window (by its end) was first asked for (ms). */
  readonly askedAt: ReadonlyMap<string, number>;
}

/** Opens it. */
export function createPolledSalesforce(o: {
  time: VirtualTime;
  chance: Chance;
  orders: SalesforceOrders;
  cursor: CursorKind;
}): PolledSalesforce {
  const { time, chance, orders, cursor } = o;
  const cursors = new Map<string, Version[]>();
  const askedAt = new Map<string, number>();
  const queries: string[] = [];
  let opened = 0;

  const toPage = (rows: Version[]): OrderPage => {
    const size = 1 + chance.pick(3);
    const next = rows.length > size ? `locator-${(opened += 1)}` : null;
    if (next !== null) cursors.set(next, rows.slice(size));
    return { orders: rows.slice(0, size).map(toRestFields), next };
  };

  return {
    apiUsage: undefined,
    askedAt,
    queries,
    expireCursors: () => cursors.clear(),
    findFields: async (wanted) => ({ visible: [...wanted], missing: [] }),
    forgetFields() {},
    async queryOrders(soql) {
      queries.push(soql);
      const { from, to, after } = readQuery(soql);
      if (!askedAt.has(to)) askedAt.set(to, time.now());
      const found = orders
        .ids()
        .flatMap((id) => orders.visible(id) ?? [])
        .filter(({ stamp }) => stamp >= from && stamp < to)
        .filter((version) => after === null || toPosition(version) > after)
        .toSorted((a, b) => (toPosition(a) < toPosition(b) ? -1 : 1));
      return toPage(found);
    },
    async queryMoreOrders(next) {
      const rows = cursors.get(next);
      if (rows === undefined || chance.oneIn(10))
        throw new SalesforceError("locatorExpired", "The page is gone.");
      return toPage(cursor === "asQueried" ? rows : rows.map(({ orderId }) => orders.visible(orderId)!));
    },
    retrieveOrders: async (ids) => ids.map((id): OrderFields => toRestFields(orders.current(id))),
  };
}

const QUERY =
  /^SELECT [\w, ]+ FROM Order WHERE SystemModstamp >= (\S+) AND SystemModstamp < (\S+)(?: AND \(\(SystemModstamp = (\S+) AND Id > '(\w+)'\) OR SystemModstamp > (\S+)\))? ORDER BY SystemModstamp ASC, Id ASC$/;

function readQuery(soql: string): { from: string; to: string; after: string | null } {
  const [match, from = "", to = "", stamp, id, stampAgain] = QUERY.exec(soql) ?? [];
  if (match === undefined || stamp !== stampAgain)
    throw new SalesforceError("queryRefused", `MALFORMED_QUERY: ${soql}`);
  return { from, to, after: stamp === undefined ? null : `${stamp} ${id}` };
}

/** Text order is query order: stamps are of one length. */
function toPosition({ stamp, orderId }: Version): string {
  return `${stamp} ${orderId}`;
}
