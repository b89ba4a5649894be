/** Reads one window of orders from Salesforce, page by page, and watches over what it costs the organisation. */
import { DELETED_FIELD, REQUIRED_FIELDS } from "../domain/order-change.ts";
import { isApiLimitNear, type OrderPosition } from "../domain/polling.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import { toOrderQuery } from "../ingress/order-query.ts";
import type { OrderFields, Salesforce } from "../ingress/salesforce.ts";

/** What polling asks of Salesforce. */
export type OrderSource = Pick<
  Salesforce,
  "findFields" | "forgetFields" | "queryOrders" | "queryMoreOrders" | "apiUsage"
>;

/** Which fields are read: core fields have to be visible, the others are left out when they are not. */
export interface OrderFieldNames {
  coreFields: readonly string[];
  otherFields: readonly string[];
}

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
    warn: (text: string) => void;
  },
): AsyncGenerator<OrderPageRead> {
  const fields = await findFields(salesforce, o.fields, o.warn);
  checkApiLimit(salesforce);
  let page = await salesforce.queryOrders(toOrderQuery(fields, o.window, o.after));
  for (;;) {
    yield { orders: page.orders, isLast: page.next === null };
    if (page.next === null) return;
    checkApiLimit(salesforce);
    page = await salesforce.queryMoreOrders(page.next);
  }
}

async function findFields(
  salesforce: OrderSource,
  { coreFields, otherFields }: OrderFieldNames,
  warn: (text: string) => void,
): Promise<string[]> {
  const core = [...new Set([...REQUIRED_FIELDS, ...coreFields])];
  const { visible, missing } = await salesforce.findFields([...core, DELETED_FIELD, ...otherFields]);
  const hidden = missing.filter((field) => core.includes(field));
  if (hidden.length > 0) {
    // Read without them, every order would look changed to whoever knows it from outbound messages.
    throw new SalesforceError(
      "invalidField",
      `The organisation has no ${hidden.join(", ")} on orders, or the Salesforce login does not see it: ` +
        "let it see the field, or take it out of ORDER_CORE_FIELDS.",
    );
  }
  if (missing.length > 0) {
    warn(
      `The organisation has no ${missing.join(", ")} on orders, or the Salesforce login does not see it: ` +
        "orders are read without.",
    );
  }
  return visible;
}

function checkApiLimit({ apiUsage }: OrderSource): void {
  if (apiUsage === undefined || !isApiLimitNear(apiUsage)) return;
  throw new SalesforceError(
    "apiLimitReached",
    `The organisation has used ${apiUsage.used} of its ${apiUsage.limit} API calls of 24 hours: polling waits.`,
  );
}
