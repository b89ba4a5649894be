/** Order changes for tests. */
import type { OrderChange } from "../../src/domain/order-change.ts";

export const ORDER_ID = "801000000000001AAA";
export const ACCOUNT_ID = "001000000000001AAA";
export const OWNER_ID = "005000000000001AAA";

/** A change of one order; `core` and the rest override a plain draft that is a day old. */
export function createOrderChange(
  o: Partial<Omit<OrderChange, "coreFields">> & { core?: Record<string, string | null> } = {},
): OrderChange {
  const { core, ...rest } = o;
  const systemModstamp = rest.systemModstamp ?? "2026-11-22T10:00:00.000Z";
  return {
    orderId: ORDER_ID,
    systemModstamp,
    changeHash: "aaaaaaaaaaaaaaaaaaaaaa",
    otherFields: { OrderNumber: "00000114" },
    route: "outboundMessage",
    ...rest,
    coreFields: {
      Id: ORDER_ID,
      AccountId: ACCOUNT_ID,
      OwnerId: OWNER_ID,
      Status: "Draft",
      StatusCode: "Draft",
      TotalAmount: "1100",
      CreatedDate: "2026-11-21T10:00:00.000Z",
      SystemModstamp: systemModstamp,
      ...core,
    },
  };
}
