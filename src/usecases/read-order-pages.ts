/** Reads one window of orders from Salesforce, page by page, and watches over what it costs the organisation. */
import { DELETED_FIELD } from "../domain/order-change.ts";
import { isApiLimitKnown, type OrderPosition } from "../domain/polling.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import { toOrderQuery } from "../ingress/order-query.ts";
import type { OrderFields, Salesforce } from "../ingress/salesforce.ts";
import { findOrderFields, type OrderFieldNames } from "./find-order-fields.ts";

/** What polling asks of Salesforce. */
export type OrderSource = Pick<
  Salesforce,
  "findFields" | "forgetFields" | "queryOrders" | "queryMoreOrders" | "apiUsage"
>;

/** One page of a window. */
export interface OrderPageRead {
  orders: OrderFields[];
  isLast: boolean;
}

/**
 * Yields the pages of a window in the order of (SystemModstamp, Id), deleted orders among them. Throws SalesforceError;
 * `apiLimitReached` also before Salesforce itself says so.
 */
export async function* readOrderPages(
  salesforce: OrderSource,
  o: {
    fields: OrderFieldNames;
    window: { from: string; to: string };
    after: OrderPosition | null;
    /** Hears which fields are left out. */
    onMissing?: (fields: readonly string[]) => void;
    now(): Date;
  },
): AsyncGenerator<OrderPageRead> {
  const wanted = { ...o.fields, otherFields: [DELETED_FIELD, ...o.fields.otherFields] };
  const { visible, missing } = await findOrderFields(salesforce, wanted);
  o.onMissing?.(missing);
  checkApiLimit(salesforce, o.now());
  let page = await salesforce.queryOrders(toOrderQuery(visible, o.window, o.after));
  for (;;) {
    yield { orders: page.orders, isLast: page.next === null };
    if (page.next === null) return;
    checkApiLimit(salesforce, o.now());
    page = await salesforce.queryMoreOrders(page.next);
  }
}

/** Throws SalesforceError (`apiLimitReached`) when the last calls belong to the organisation's other programs. */
export function checkApiLimit({ apiUsage }: Pick<Salesforce, "apiUsage">, now: Date): void {
  if (apiUsage === undefined || !isApiLimitKnown(apiUsage, now)) return;
  throw new SalesforceError(
    "apiLimitReached",
    `The organisation has used ${apiUsage.used} of its ${apiUsage.limit} API calls of 24 hours: the rest is left to others.`,
  );
}
