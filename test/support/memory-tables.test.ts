/** The tables in memory and the real ones on Azurite are asked the same and must answer the same. */
import { describe, expect, it } from "vitest";
import type { SeenVersion } from "../../src/domain/coverage.ts";
import type { Claim } from "../../src/domain/claim.ts";
import { ConflictError } from "../../src/domain/errors.ts";
import type { OrderChange } from "../../src/domain/order-change.ts";
import { NEW_POLLING_STATE } from "../../src/domain/polling.ts";
import { openOrdersTable, type OrdersTable } from "../../src/storage/orders-table.ts";
import { openSightingsTable } from "../../src/storage/sightings-table.ts";
import { openWatermarksTable } from "../../src/storage/watermarks-table.ts";
import { claimStorage } from "./claim-storage.ts";
import { createMemoryOrdersTable } from "./memory-orders-table.ts";
import { createMemorySightingsTable } from "./memory-sightings-table.ts";
import { createMemoryWatermarksTable } from "./memory-watermarks-table.ts";
import { createOrderChange, ORDER_ID } from "./order-change.ts";

const storage = claimStorage();
const at = "2026-11-22T10:00:00.000Z";
const lease = { owner: "me", until: "2026-11-22T10:00:30.000Z" };
const claim: Claim = { transition: { outcome: "silent", reason: "unchanged" }, decidedAt: at, link: null };
const other = createOrderChange({ changeHash: "b".repeat(22), route: "poll" });

let count = 0;
/** A change of an order of its own. */
function createChange(o: Parameters<typeof createOrderChange>[0] = {}): OrderChange {
  count += 1;
  const orderId = `801${String(count).padStart(12, "0")}AAA`;
  return createOrderChange({ orderId, ...o, core: { Id: orderId, ...o.core } });
}

async function readBoth(orders: OrdersTable, change: OrderChange) {
  return { changeRow: await orders.readChange(change), orderRow: await orders.readOrder(change.orderId) };
}

describe.each([
  ["in memory", createMemoryOrdersTable()],
  ["of Azure", openOrdersTable(storage)],
])("the Orders table %s", (_, orders) => {
  it("knows nothing at first", async () => {
    expect(await readBoth(orders, createChange())).toEqual({ changeRow: undefined, orderRow: undefined });
  });

  it("inserts a change once and reads it back", async () => {
    const change = createChange({ route: "poll" });
    expect(await orders.insertChange(change, "order-1", lease, at)).toBe(true);
    const again = { owner: "you", until: at };
    expect(await orders.insertChange({ ...change, route: "outboundMessage" }, "order-2", again, at)).toBe(
      false,
    );
    expect(await orders.readChange(change)).toEqual({
      etag: expect.any(String),
      instanceId: "order-1",
      state: "starting",
      leaseOwner: "me",
      leaseUntil: lease.until,
      route: "poll",
      recordedAt: at,
    });
  });

  it("gives the lease to the first who asks with the row as it is", async () => {
    const change = createChange();
    await orders.insertChange(change, "order-1", lease, at);
    const row = (await orders.readChange(change))!;
    await orders.takeLease(change, row, { owner: "first", until: at });
    await orders.takeLease(change, row, { owner: "second", until: lease.until });
    const taken = await orders.readChange(change);
    expect(taken).toMatchObject({ leaseOwner: "first", leaseUntil: at, state: "starting" });
    expect(taken?.etag).not.toBe(row.etag);
  });

  it("marks a change as started unless its row has moved on, and writes nothing when it is marked", async () => {
    const change = createChange();
    await orders.insertChange(change, "order-1", lease, at);
    const row = (await orders.readChange(change))!;
    await orders.takeLease(change, row, { owner: "first", until: at });
    await orders.markStarted(change, row);
    expect(await orders.readChange(change)).toMatchObject({ state: "starting" });
    await orders.markStarted(change, (await orders.readChange(change))!);
    const marked = (await orders.readChange(change))!;
    expect(marked).toMatchObject({ state: "started", leaseOwner: "first" });
    await orders.markStarted(change, marked);
    expect((await orders.readChange(change))?.etag).toBe(marked.etag);
  });

  it("refuses to touch a change that was never recorded", async () => {
    const recorded = createChange();
    await orders.insertChange(recorded, "order-1", lease, at);
    const row = (await orders.readChange(recorded))!;
    await expect(orders.takeLease(createChange(), row, lease)).rejects.toThrow();
  });

  it("keeps the first baseline of an order", async () => {
    const change = createChange();
    expect(await orders.insertBaseline(change)).toBe(true);
    expect(await orders.insertBaseline({ ...change, systemModstamp: lease.until })).toBe(false);
    expect(await orders.readOrder(change.orderId)).toEqual({
      etag: expect.any(String),
      systemModstamp: change.systemModstamp,
      coreFields: change.coreFields,
      isBaseline: true,
    });
  });

  it("commits a claim with the order, and both rows say so", async () => {
    const change = createChange();
    await orders.insertChange(change, "order-1", lease, at);
    const known = { ...change, isBaseline: false };
    const commit = { change, instanceId: "order-1", claim, known, ...(await readBoth(orders, change)) };
    expect(await orders.commitClaim(commit)).toBe(true);
    const after = await readBoth(orders, change);
    expect(after.changeRow).toMatchObject({ state: "started", claim, leaseOwner: "me" });
    expect(after.orderRow).toMatchObject({ systemModstamp: change.systemModstamp, isBaseline: false });
    expect(await orders.commitClaim(commit)).toBe(false);
    expect(await readBoth(orders, change)).toEqual(after);
  });

  it("commits nothing of a claim when the order has moved on", async () => {
    const [change, known] = [createChange(), { ...other, isBaseline: false }];
    await orders.insertChange(change, "order-1", lease, at);
    const before = await readBoth(orders, change);
    await orders.insertBaseline(change);
    expect(await orders.commitClaim({ change, instanceId: "order-1", claim, known, ...before })).toBe(false);
    expect((await orders.readChange(change))?.claim).toBeUndefined();
    const { changeRow } = before;
    const stale = { change, instanceId: "order-1", claim, changeRow, orderRow: undefined, known: undefined };
    expect(await orders.commitClaim(stale), "a stale change does not touch the order").toBe(true);
    expect(await orders.readOrder(change.orderId)).toMatchObject({ isBaseline: true });
  });

  it("commits nothing of a claim when the change has moved on", async () => {
    const change = createChange();
    await orders.insertChange(change, "order-1", lease, at);
    const before = await readBoth(orders, change);
    await orders.markStarted(change, before.changeRow!);
    const known = { ...change, isBaseline: false };
    expect(await orders.commitClaim({ change, instanceId: "order-1", claim, known, ...before })).toBe(false);
    expect(await orders.readOrder(change.orderId)).toBeUndefined();
  });

  it("commits the claim of a change that nobody recorded, and not when somebody did meanwhile", async () => {
    const [orphan, raced] = [createChange(), createChange()];
    const toCommit = (change: OrderChange) => {
      const known = { ...change, isBaseline: false };
      return { change, instanceId: "order-1", claim, known, changeRow: undefined, orderRow: undefined };
    };
    expect(await orders.commitClaim(toCommit(orphan))).toBe(true);
    expect(await orders.readChange(orphan)).toMatchObject({
      state: "started",
      claim,
      leaseOwner: "",
      leaseUntil: at,
      recordedAt: at,
    });
    await orders.insertChange(raced, "order-1", lease, at);
    expect(await orders.commitClaim(toCommit(raced))).toBe(false);
    expect(await orders.readOrder(raced.orderId)).toBeUndefined();
  });
});

describe.each([
  ["in memory", createMemoryWatermarksTable()],
  ["of Azure", openWatermarksTable(storage)],
])("the Watermarks table %s", (_, { outboundMessages, polling, reconciliation }) => {
  it("notes the last outbound message to the minute", async () => {
    expect(await outboundMessages.read()).toBeUndefined();
    await outboundMessages.note(at);
    await outboundMessages.note("2026-11-22T10:00:59.000Z");
    expect(await outboundMessages.read()).toBe(at);
    await outboundMessages.note("2026-11-22T10:01:00.000Z");
    expect(await outboundMessages.read()).toBe("2026-11-22T10:01:00.000Z");
  });

  it("takes a write only from who read the row last", async () => {
    expect(await polling.read()).toBeUndefined();
    const first = await polling.write(NEW_POLLING_STATE, undefined);
    expect(await polling.read()).toEqual(first);
    await expect(polling.write(NEW_POLLING_STATE, undefined)).rejects.toThrow(ConflictError);
    const upTo = "2026-11-22T10:00:00.000Z";
    const second = await polling.write({ ...NEW_POLLING_STATE, upTo }, first);
    await expect(polling.write(NEW_POLLING_STATE, first)).rejects.toThrow(ConflictError);
    expect(await polling.read()).toEqual(second);
    expect(second.state.upTo).toBe(upTo);
    expect(await reconciliation.read()).toBeUndefined();
  });
});

describe.each([
  ["in memory", createMemorySightingsTable()],
  ["of Azure", openSightingsTable(storage)],
])("the Sightings table %s", (_, sightings) => {
  it("keeps which routes told of a version", async () => {
    const version = { orderId: ORDER_ID, systemModstamp: at, changeHash: "a".repeat(22) };
    await sightings.note([version, version], "poll", at);
    await sightings.note([version], "outboundMessage", at);
    await sightings.note([{ ...version, systemModstamp: "2026-11-22T11:00:00.000Z" }], "poll", at);
    const seen: SeenVersion[] = [];
    for await (const page of sightings.read(at, "2026-11-22T11:00:00.000Z")) seen.push(...page);
    expect(seen).toEqual([{ hour: at, routes: ["outboundMessage", "poll"] }]);
  });
});
