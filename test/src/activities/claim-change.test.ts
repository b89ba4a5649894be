import { describe, expect, it } from "vitest";
import { createClaimChange } from "../../../src/activities/claim-change.ts";
import type { OrderChange } from "../../../src/domain/order-change.ts";
import { toInstanceId } from "../../../src/orchestration/names.ts";
import { openOrdersTable } from "../../../src/storage/orders-table.ts";
import { openPreferencesTable } from "../../../src/storage/preferences-table.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createOrderChange } from "../../support/order-change.ts";

const storage = claimStorage();
const orders = openOrdersTable(storage);
const subscriptions = openSubscriptionsTable(storage);
const preferences = openPreferencesTable(storage);
let clock = Date.parse("2026-11-22T10:00:00.000Z");
const claimChange = createClaimChange({
  codeVersion: "test",
  orders,
  subscriptions,
  preferences,
  now: () => new Date((clock += 1_000)),
  readCurrent: async () => undefined,
  toLink: (orderId) => `https://example.com/${orderId}`,
});
const claim = (change: OrderChange) => claimChange({ change, instanceId: toInstanceId(change) });

let orderNumber = 0;
const createOrder = () => `801${String((orderNumber += 1)).padStart(12, "0")}AAA`;
const version = (orderId: string, second: number, status: string): OrderChange => {
  const systemModstamp = `2026-11-22T10:00:${String(second).padStart(2, "0")}.000Z`;
  const changeHash = `${status}${second}`.padEnd(22, "-");
  return createOrderChange({ orderId, systemModstamp, changeHash, core: { Id: orderId, Status: status } });
};

describe("claimChange", () => {
  it("answers a second run with what the first one decided", async () => {
    const change = version(createOrder(), 1, "Draft");
    const first = await claim(change);
    expect(await claim(change)).toEqual(first);
    expect(first.transition).toMatchObject({ outcome: "news" });
    expect(first.link).toBe(`https://example.com/${change.orderId}`);
  });

  it("gives two runs at the same time the same claim", async () => {
    const change = version(createOrder(), 1, "Draft");
    const [first, second] = await Promise.all([claim(change), claim(change)]);
    expect(second).toEqual(first);
  });

  it("marks the change as started for ever", async () => {
    const change = version(createOrder(), 1, "Draft");
    await claim(change);
    expect(await orders.readChange(change)).toMatchObject({
      state: "started",
      instanceId: toInstanceId(change),
    });
  });

  it("finds that a late, older version is stale and leaves the last known one alone", async () => {
    const orderId = createOrder();
    await claim(version(orderId, 2, "Approved"));
    expect((await claim(version(orderId, 1, "Draft"))).transition).toEqual({
      outcome: "silent",
      reason: "stale",
    });
    expect((await claim(version(orderId, 3, "Approved"))).transition).toEqual({
      outcome: "silent",
      reason: "unchanged",
    });
  });

  it("decides every version of an order once when many are claimed side by side, in any order", async () => {
    const orderId = createOrder();
    const versions = [5, 2, 4, 1, 3].map((second) => version(orderId, second, `S${second}`));
    await Promise.all(versions.map(claim));
    const order = await orders.readOrder(orderId);
    expect(order?.coreFields["Status"]).toBe("S5");
  });

  it("brings the first page of the audience along, and none for a silent transition", async () => {
    await subscriptions.put({
      scope: "all",
      target: { kind: "user", userId: "ada" },
      rules: { priority: "normal" },
    });
    const orderId = createOrder();
    const { firstPage } = await claim(version(orderId, 2, "Draft"));
    const stale = await claim(version(orderId, 1, "Old"));
    expect(firstPage?.subscriptions).toHaveLength(1);
    expect(stale.firstPage).toBeNull();
  });
});

describe("two versions with one stamp", () => {
  const orderOf = (current: (orderId: string) => OrderChange | undefined) => {
    const asked: string[] = [];
    const claimBeside = createClaimChange({
      codeVersion: "test",
      orders,
      subscriptions,
      preferences,
      now: () => new Date((clock += 1_000)),
      readCurrent: async ({ orderId }) => {
        asked.push(orderId);
        return current(orderId);
      },
      toLink: () => null,
    });
    return {
      asked,
      claim: (change: OrderChange) => claimBeside({ change, instanceId: toInstanceId(change) }),
    };
  };

  it("are settled by the order as it is now: the one that stands there is the later one", async () => {
    const orderId = createOrder();
    const { asked, claim: settle } = orderOf((id) => version(id, 1, "Approved"));
    await settle(version(orderId, 1, "Draft"));
    expect(asked).toEqual([]);
    expect((await settle(version(orderId, 1, "Approved"))).transition).toMatchObject({
      outcome: "news",
      kinds: ["statusChanged"],
      uncertain: false,
    });
    expect(asked).toEqual([orderId]);
    expect((await orders.readOrder(orderId))?.coreFields["Status"]).toBe("Approved");
  });

  it("are settled the other way when the earlier one comes last, and the order stays as it is", async () => {
    const orderId = createOrder();
    const { claim: settle } = orderOf((id) => version(id, 1, "Approved"));
    await settle(version(orderId, 1, "Approved"));
    expect(await settle(version(orderId, 1, "Draft"))).toMatchObject({
      transition: { outcome: "silent", reason: "stale" },
      firstPage: null,
    });
    expect((await orders.readOrder(orderId))?.coreFields["Status"]).toBe("Approved");
  });

  it.each([
    ["nobody can say", () => undefined],
    ["the order has moved on", (id: string) => version(id, 2, "Approved")],
    ["a third version stands there", (id: string) => version(id, 1, "Closed")],
  ])("stay uncertain, in the order of arrival, when %s", async (_, current) => {
    const orderId = createOrder();
    const { claim: settle } = orderOf(current);
    await settle(version(orderId, 1, "Draft"));
    expect((await settle(version(orderId, 1, "Approved"))).transition).toMatchObject({ uncertain: true });
  });

  it("ask Salesforce nothing when they are one version, or a stale one", async () => {
    const orderId = createOrder();
    const { asked, claim: settle } = orderOf(() => undefined);
    await settle(version(orderId, 2, "Draft"));
    await settle({ ...version(orderId, 2, "Draft"), changeHash: "another".padEnd(22, "-") });
    await settle(version(orderId, 1, "Old"));
    expect(asked).toEqual([]);
  });

  it("keep the claim that was settled when it runs again, without asking anew", async () => {
    const orderId = createOrder();
    const { asked, claim: settle } = orderOf((id) => version(id, 1, "Approved"));
    await settle(version(orderId, 1, "Draft"));
    const first = await settle(version(orderId, 1, "Approved"));
    expect(await settle(version(orderId, 1, "Approved"))).toEqual(first);
    expect(asked).toHaveLength(1);
  });

  it("leave the change unclaimed when asking fails unexpectedly", async () => {
    const orderId = createOrder();
    const change = version(orderId, 1, "Approved");
    const { claim: settle } = orderOf(() => {
      throw new TypeError("a bug");
    });
    await settle(version(orderId, 1, "Draft"));
    await expect(settle(change)).rejects.toThrow("a bug");
    expect(await orders.readChange(change)).toBeUndefined();
  });
});
