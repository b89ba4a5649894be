import { describe, expect, it } from "vitest";
import { DEFAULT_CORE_FIELDS } from "../../../src/domain/order-change.ts";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import { createReadCurrentOrder } from "../../../src/usecases/read-current-order.ts";
import { createOrderChange, ORDER_ID } from "../../support/order-change.ts";
import { createOrderRow, createOrderSource } from "../../support/order-source.ts";

const fields = { coreFields: DEFAULT_CORE_FIELDS, otherFields: ["OrderNumber"] };
const change = createOrderChange();
const now = () => new Date("2026-11-22T12:00:00.000Z");

function start(values: Record<string, string | null> = {}) {
  const source = createOrderSource([createOrderRow(1, { Id: ORDER_ID, ...values })]);
  return { source, readCurrent: createReadCurrentOrder({ openSalesforce: async () => source, fields, now }) };
}

describe("the order as it is now", () => {
  it("is read by one call, in canonical form", async () => {
    const { source, readCurrent } = start({ Status: "Approved" });
    expect(await readCurrent(change)).toMatchObject({
      orderId: ORDER_ID,
      systemModstamp: "2026-11-01T08:00:00.000Z",
      coreFields: { Status: "Approved", TotalAmount: "1100" },
    });
    expect(source.calls).toEqual(["retrieve"]);
  });

  it("has the hash of the version that the routes tell of", async () => {
    const { readCurrent } = start();
    const first = await readCurrent(change);
    const { readCurrent: again } = start({ TotalAmount: "1100.00" });
    expect((await again({ ...change, route: "poll" }))?.changeHash).toBe(first?.changeHash);
  });

  it("is unknown without a login, when it is gone, when it cannot be read, and when Salesforce does not answer", async () => {
    const withoutLogin = createReadCurrentOrder({ openSalesforce: null, fields, now });
    expect(await withoutLogin(change)).toBeUndefined();
    expect(await start({ IsDeleted: "true" }).readCurrent(change)).toBeUndefined();
    expect(await start({ SystemModstamp: "yesterday" }).readCurrent(change)).toBeUndefined();
    const { source, readCurrent } = start();
    source.failAt("retrieve", new SalesforceError("timeout", "No answer."));
    expect(await readCurrent(change)).toBeUndefined();
    source.hidden.add("TotalAmount");
    expect(await readCurrent(change)).toBeUndefined();
  });

  it("throws a bug", async () => {
    const { source, readCurrent } = start();
    source.retrieveOrders = () => Promise.reject(new TypeError("a bug"));
    await expect(readCurrent(change)).rejects.toThrow("a bug");
  });
});
