/** The order as Salesforce has it now, to tell which of two versions with one stamp is the later one. */
import { REQUIRED_FIELDS, type OrderChange } from "../domain/order-change.ts";
import { OrderBellError } from "../domain/errors.ts";
import type { Salesforce } from "../ingress/salesforce.ts";
import { toOrderChange } from "../ingress/to-order-change.ts";
import type { OrderFieldNames } from "./find-order-fields.ts";
import { checkApiLimit } from "./read-order-pages.ts";

export interface ReadCurrentOrderDeps {
  /** Null without a login. */
  openSalesforce: (() => Promise<Pick<Salesforce, "retrieveOrders" | "apiUsage">>) | null;
  fields: OrderFieldNames;
  now(): Date;
}

/** Undefined when there is no login, the order is gone, or Salesforce does not answer: the claim then goes without. */
export function createReadCurrentOrder({ openSalesforce, fields, now }: ReadCurrentOrderDeps) {
  return async ({ orderId, route }: OrderChange): Promise<OrderChange | undefined> => {
    if (openSalesforce === null) return undefined;
    try {
      const salesforce = await openSalesforce();
      checkApiLimit(salesforce, now());
      const core = [...new Set([...REQUIRED_FIELDS, ...fields.coreFields])];
      const [order] = await salesforce.retrieveOrders([orderId], core);
      return order && toOrderChange(order, { ...fields, route });
    } catch (error) {
      if (error instanceof OrderBellError) return undefined;
      throw error;
    }
  };
}
