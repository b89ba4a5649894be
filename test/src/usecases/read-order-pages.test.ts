import { describe, expect, it } from "vitest";
import { DEFAULT_CORE_FIELDS } from "../../../src/domain/order-change.ts";
import type { OrderPosition } from "../../../src/domain/polling.ts";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import { type OrderPageRead, readOrderPages } from "../../../src/usecases/read-order-pages.ts";
import {
  createOrderRow,
  createOrderSource,
  type OrderSourceDouble,
  toOrderId,
} from "../../support/order-source.ts";

const window = { from: "2026-11-22T10:00:00.000Z", to: "2026-11-22T11:00:00.000Z" };
const clock = { now: () => new Date() };
const stamped = (n: number, time: string) =>
  createOrderRow(n, { SystemModstamp: `2026-11-22T${time}.000+0000` });

async function read(
  source: OrderSourceDouble,
  o: { after?: OrderPosition; otherFields?: string[]; coreFields?: readonly string[] } = {},
) {
  const missing: string[] = [];
  const pages: OrderPageRead[] = [];
  const fields = { coreFields: o.coreFields ?? DEFAULT_CORE_FIELDS, otherFields: o.otherFields ?? [] };
  const onMissing = (names: readonly string[]) => void missing.push(...names);
  const run = async () => {
    for await (const page of readOrderPages(source, {
      ...clock,
      fields,
      window,
      after: o.after ?? null,
      onMissing,
    })) {
      pages.push(page);
    }
  };
  const error: unknown = await run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { pages, missing, error, ids: pages.flatMap(({ orders }) => orders.map((order) => order["Id"])) };
}

describe("readOrderPages", () => {
  it("reads from the first instant of the window to before its last, deleted orders too", async () => {
    const source = createOrderSource([
      stamped(1, "09:59:59"),
      stamped(2, "10:00:00"),
      { ...stamped(3, "10:59:59"), IsDeleted: "true" },
      stamped(4, "11:00:00"),
    ]);
    const { ids, pages } = await read(source);
    expect(ids).toEqual([toOrderId(2), toOrderId(3)]);
    expect(pages.map(({ isLast }) => isLast)).toEqual([true]);
    expect(pages[0]?.orders[1]).toHaveProperty("IsDeleted", "true");
  });

  it("begins behind a position and marks the last page", async () => {
    const source = createOrderSource(
      [1, 2, 3, 4, 5].map((n) => stamped(n, "10:30:00")),
      2,
    );
    const after = { systemModstamp: "2026-11-22T10:30:00.000Z", id: toOrderId(2) };
    const { ids, pages } = await read(source, { after });
    expect(ids).toEqual([3, 4, 5].map(toOrderId));
    expect(pages.map(({ isLast }) => isLast)).toEqual([false, true]);
    expect(source.calls).toEqual(["describe", "query", "queryMore"]);
  });

  it("yields one empty last page when nothing changed", async () => {
    expect((await read(createOrderSource([]))).pages).toEqual([{ orders: [], isLast: true }]);
  });

  it("refuses to read without a core field, and asks for no order", async () => {
    const source = createOrderSource([stamped(1, "10:30:00")]);
    source.hidden.add("OwnerId").add("StatusCode");
    const { error, pages } = await read(source);
    expect(error).toBeInstanceOf(SalesforceError);
    expect(error).toMatchObject({ problem: "invalidField", retryable: false });
    expect(String(error)).toMatch(/no OwnerId, StatusCode on orders.*ORDER_CORE_FIELDS/);
    expect(pages).toEqual([]);
    expect(source.calls).toEqual(["describe"]);
  });

  it("counts the required fields as core fields even where the settings do not name them", async () => {
    const source = createOrderSource([]);
    source.hidden.add("CreatedDate");
    expect((await read(source, { coreFields: ["Region__c"] })).error).toMatchObject({
      problem: "invalidField",
    });
  });

  it("reads without another field that is hidden, and says so", async () => {
    const source = createOrderSource([{ ...stamped(1, "10:30:00"), Region__c: "EMEA" }]);
    source.hidden.add("Secret__c");
    const { pages, missing, error } = await read(source, { otherFields: ["Region__c", "Secret__c"] });
    expect(error).toBeUndefined();
    expect(pages[0]?.orders[0]).toHaveProperty("Region__c", "EMEA");
    expect(pages[0]?.orders[0]).not.toHaveProperty("Secret__c");
    expect(missing).toEqual(["Secret__c"]);
  });

  it("stops at 95 % of the API calls, after the page that said so", async () => {
    const source = createOrderSource(
      [1, 2, 3].map((n) => stamped(n, "10:30:00")),
      1,
    );
    source.usage = { used: 94, limit: 100 };
    const { queryMoreOrders } = source;
    source.queryMoreOrders = (next) => {
      source.usage = { used: 95, limit: 100 };
      return queryMoreOrders(next);
    };
    const { error, ids } = await read(source);
    expect(ids).toEqual([1, 2].map(toOrderId));
    expect(error).toMatchObject({ problem: "apiLimitReached", retryable: true });
    expect(String(error)).toContain("95 of its 100 API calls");
    expect(source.calls).toEqual(["describe", "query", "queryMore"]);
  });

  it("asks for no order when the description says already that the calls are used", async () => {
    const source = createOrderSource([stamped(1, "10:30:00")]);
    source.usage = { used: 99, limit: 100 };
    expect((await read(source)).error).toMatchObject({ problem: "apiLimitReached" });
    expect(source.calls).toEqual(["describe"]);
  });

  it("throws what a page throws, and keeps what came before", async () => {
    const source = createOrderSource(
      [1, 2].map((n) => stamped(n, "10:30:00")),
      1,
    );
    source.failAt("queryMore", new SalesforceError("locatorExpired", "gone"));
    const { error, ids } = await read(source);
    expect(ids).toEqual([toOrderId(1)]);
    expect(error).toMatchObject({ problem: "locatorExpired" });
  });
});
