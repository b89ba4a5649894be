import { describe, expect, it, vi } from "vitest";
import { ChangeNotStartedError } from "../../../src/domain/errors.ts";
import type { OrderChange } from "../../../src/domain/order-change.ts";
import { toInstanceId } from "../../../src/orchestration/names.ts";
import { openOrdersTable } from "../../../src/storage/orders-table.ts";
import { createRecordChanges, type OrchestrationStarter } from "../../../src/usecases/record-changes.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createOrderChange } from "../../support/order-change.ts";

const orders = openOrdersTable(claimStorage());

/** Plays Durable Functions: starts once, knows what it started. */
function createStarter(): OrchestrationStarter & { started: string[] } {
  const started: string[] = [];
  return {
    started,
    start: async (instanceId) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      started.push(instanceId);
    },
    exists: async (instanceId) => started.includes(instanceId),
  };
}

let owners = 0;
function createLedger(clock: () => number = Date.now) {
  const now = () => new Date(clock());
  return createRecordChanges({ orders, toInstanceId, now, createLeaseOwner: () => `owner-${owners++}` });
}

let changes = 0;
/** A change of an order of its own. */
function createChange(): OrderChange {
  changes += 1;
  return createOrderChange({ orderId: `801${String(changes).padStart(12, "0")}AAA` });
}

describe("the ledger", () => {
  it("starts one orchestration for a change that arrives ten times, five of them at once", async () => {
    const [record, starter, change] = [createLedger(), createStarter(), createChange()];
    await Promise.all(Array.from({ length: 5 }, () => record([change], starter)));
    for (let time = 0; time < 5; time++) await record([change], starter);
    expect(starter.started).toEqual([toInstanceId(change)]);
  });

  it("starts versions of one order in the order of their stamps", async () => {
    const [record, starter, change] = [createLedger(), createStarter(), createChange()];
    const versions = [3, 1, 2].map((second) => ({
      ...change,
      systemModstamp: `2026-11-22T10:00:0${second}.000Z`,
      changeHash: String(second).repeat(22),
    }));
    await record(versions, starter);
    expect(starter.started).toEqual(
      ["1", "2", "3"].map((digit) => toInstanceId({ ...change, changeHash: digit.repeat(22) })),
    );
  });

  it("starts a change that stands twice in one message once", async () => {
    const [record, starter, change] = [createLedger(), createStarter(), createChange()];
    await record([change, change], starter);
    expect(starter.started).toHaveLength(1);
  });

  it("refuses when the start fails, and starts the change when it comes again after the lease", async () => {
    const change = createChange();
    let clock = Date.now();
    const record = createLedger(() => clock);
    const starter = createStarter();
    const broken = { ...starter, start: () => Promise.reject(new Error("no storage")) };
    await expect(record([change], broken)).rejects.toThrow(ChangeNotStartedError);
    clock += 31_000;
    await record([change], starter);
    expect(starter.started).toEqual([toInstanceId(change)]);
  });

  it("refuses when the start fails and nobody can say whether it took effect", async () => {
    const [record, change] = [createLedger(), createChange()];
    const unreachable = () => Promise.reject(new Error("no answer"));
    await expect(record([change], { start: unreachable, exists: unreachable })).rejects.toThrow(
      ChangeNotStartedError,
    );
  });

  it("resolves only after the start did", async () => {
    const [record, change] = [createLedger(), createChange()];
    const events: string[] = [];
    const start = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      events.push("started");
    };
    await record([change], { start, exists: () => Promise.resolve(false) });
    events.push("recorded");
    expect(events).toEqual(["started", "recorded"]);
  });

  it("takes a start that failed after it took effect for a start", async () => {
    const [record, starter, change] = [createLedger(), createStarter(), createChange()];
    const start: OrchestrationStarter["start"] = async (...args) => {
      await starter.start(...args);
      throw new Error("the answer got lost");
    };
    await record([change], { ...starter, start });
    expect(starter.started).toHaveLength(1);
  });

  it("never starts a change again that was once started, even when Durable has forgotten it", async () => {
    const [record, starter, change] = [createLedger(), createStarter(), createChange()];
    await record([change], starter);
    await record([change], starter);
    const forgetful = createStarter();
    await record([change], forgetful);
    expect(forgetful.started).toEqual([]);
  });

  it("gives up, so that Salesforce sends again, when the owner of the lease does not start in time", async () => {
    const change = createChange();
    await orders.insertChange(
      change,
      toInstanceId(change),
      { owner: "stuck", until: "2999-01-01T00:00:00.000Z" },
      new Date().toISOString(),
    );
    let clock = Date.now();
    const record = createLedger(() => (clock += 5_000));
    await expect(record([change], createStarter())).rejects.toThrow(ChangeNotStartedError);
  });

  it("starts at once when its own row was written but the answer got lost", async () => {
    const [starter, change] = [createStarter(), createChange()];
    // What a retrying client sees: its first try took effect, its second finds the row there.
    const insertChange: typeof orders.insertChange = async (...args) => {
      await orders.insertChange(...args);
      return false;
    };
    const record = createRecordChanges({
      orders: { ...orders, insertChange },
      toInstanceId,
      now: () => new Date(),
      createLeaseOwner: () => `owner-${owners++}`,
    });
    const began = Date.now();
    await record([change], starter);
    expect(starter.started).toEqual([toInstanceId(change)]);
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  it("says by which route a change was first heard of, and whether it is new", async () => {
    const [record, starter, change] = [createLedger(), createStarter(), createChange()];
    const polled = { ...change, route: "poll" } as const;
    expect(await record([change], starter)).toEqual([{ change, firstRoute: "outboundMessage", isNew: true }]);
    expect(await record([polled], starter)).toEqual([
      { change: polled, firstRoute: "outboundMessage", isNew: false },
    ]);
  });

  it("asks Durable before it starts over an expired lease", async () => {
    const change = createChange();
    const starter = createStarter();
    await starter.start(toInstanceId(change), change);
    const start = vi.fn(starter.start);
    await orders.insertChange(
      change,
      toInstanceId(change),
      { owner: "dead", until: "2000-01-01T00:00:00.000Z" },
      new Date().toISOString(),
    );
    await createLedger()([change], { ...starter, start });
    expect(start).not.toHaveBeenCalled();
  });
});
