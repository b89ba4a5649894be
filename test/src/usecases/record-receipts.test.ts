import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Receipt, type ReceiptTimes, receiptStateSchema } from "../../../src/domain/receipt.ts";
import type { InboxRow } from "../../../src/storage/inbox-row.ts";
import type { InboxTable } from "../../../src/storage/inbox-table.ts";
import type { InboxTables } from "../../../src/usecases/inbox-viewer.ts";
import { recordReceipts } from "../../../src/usecases/record-receipts.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createNotification, openInboxTables, toUserTarget } from "../../support/inbox.ts";

const tables = openInboxTables(claimStorage());
const now = new Date("2026-11-22T12:00:00.000Z");

/** Records a receipt; answers what it did, and whose escalations it ended. */
async function record(userId: string, receipt: Receipt) {
  const ended: string[] = [];
  const outcome = await recordReceipts(tables, userId, receipt, now, async (ids) => void ended.push(...ids));
  return { ...outcome, ended: ended.toSorted() };
}

describe("a receipt", () => {
  it("ends the escalations of what was received first by it, directly or in a group, and no others", async () => {
    const [direct, shared, plain] = [1, 2, 3].map((number) => createNotification(number));
    if (!direct || !shared || !plain) throw new Error("three were made");
    const escalating = [
      { target: toUserTarget("ada"), notification: direct, escalates: true as const },
      { target: { kind: "group" as const, group: "desk" }, notification: shared, escalates: true as const },
      { target: toUserTarget("ada"), notification: plain },
    ];
    await tables.inbox.store(escalating, "order-1");
    await tables.groups.join("desk", "ada", "2026-01-01T00:00:00.000Z");
    const receipt: Receipt = { ids: [direct.id, shared.id, plain.id], state: "received" };
    expect(await record("ada", receipt)).toMatchObject({
      updated: 3,
      unknown: [],
      risen: { length: 3 },
      ended: [direct.id, shared.id].toSorted(),
    });
    expect(await record("ada", { ...receipt, state: "seen" })).toMatchObject({ updated: 3, ended: [] });
    expect(await record("ada", receipt)).toEqual({ updated: 0, unknown: [], risen: [], ended: [] });
  });

  it("ends the escalation of a group also for a member who was told directly", async () => {
    const notification = createNotification(4);
    await tables.inbox.store(
      [
        { target: toUserTarget("grace"), notification },
        { target: { kind: "group", group: "night" }, notification, escalates: true },
      ],
      "order-1",
    );
    await tables.groups.join("night", "grace", "2026-01-01T00:00:00.000Z");
    const { ended } = await record("grace", { ids: [notification.id], state: "seen" });
    expect(ended).toEqual([notification.id]);
  });

  it("reads the rows it names and not the inbox", async () => {
    const notifications = Array.from({ length: 300 }, (_, index) => createNotification(index));
    await tables.store(toUserTarget("linus"), ...notifications);
    const asked: number[] = [];
    const inbox: InboxTable = {
      ...tables.inbox,
      read: () => Promise.reject(new Error("reads a stretch")),
      readHeads: () => Promise.reject(new Error("reads a stretch")),
      readNamed: async (target, ids) => {
        const rows = await tables.inbox.readNamed(target, ids);
        asked.push(rows.length);
        return rows;
      },
    };
    const ids = [notifications[2], notifications[150], notifications[299]].flatMap((one) => one?.id ?? []);
    const read = await recordReceipts({ ...tables, inbox }, "linus", { ids, state: "read" }, now);
    expect(read).toMatchObject({ updated: 3, unknown: [] });
    expect(asked).toEqual([3]);
  });

  it("of two devices at once leaves the higher state", async () => {
    const { id, ...rest } = createNotification(1);
    await tables.store(toUserTarget("tony"), { id, ...rest });
    const states = ["received", "read", "seen", "archived"] as const;
    await Promise.all(states.map((state) => recordReceipts(tables, "tony", { ids: [id], state }, now)));
    const [row] = await tables.inbox.readOwn("tony");
    expect(Object.keys(row?.receipts ?? {}).toSorted()).toEqual([...receiptStateSchema.options].toSorted());
  });
});

describe("receipts", () => {
  const ids = [1, 2, 3].map((number) => createNotification(number).id);
  const anyReceipt = fc.record({
    ids: fc.subarray([...ids], { minLength: 1 }),
    state: fc.constantFrom(...receiptStateSchema.options),
  });

  it("commute: in any order and however often, they end in the same rows", async () => {
    const anyStory = fc.array(anyReceipt, { minLength: 1, maxLength: 8 }).chain((receipts) =>
      fc.record({
        receipts: fc.constant(receipts),
        // Every receipt at least once, in another order, some of them again.
        retold: fc
          .tuple(
            fc.shuffledSubarray(receipts, { minLength: receipts.length }),
            fc.array(fc.constantFrom(...receipts), { maxLength: 8 }),
          )
          .map(([shuffled, again]) => [...shuffled, ...again]),
      }),
    );
    await fc.assert(
      fc.asyncProperty(anyStory, async ({ receipts, retold }) => {
        expect(await tell(retold)).toEqual(await tell(receipts));
      }),
      { numRuns: 1_000 },
    );
  });

  it("never take a state back, and keep the time of the first", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyReceipt, { minLength: 1, maxLength: 8 }), async (receipts) => {
        const rows = createRows();
        for (const [index, receipt] of receipts.entries()) {
          const before = structuredClone(rows);
          const at = new Date(now.getTime() + index);
          await recordReceipts(toMemory(rows), "ada", receipt, at);
          for (const [id, times] of before) expect(rows.get(id)).toMatchObject(times);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  /** The rows after these receipts. */
  async function tell(receipts: readonly Receipt[]): Promise<Map<string, ReceiptTimes>> {
    const rows = createRows();
    for (const receipt of receipts) {
      await recordReceipts(toMemory(rows), "ada", receipt, now);
    }
    return rows;
  }

  /** Nobody is in a group here, so that no case asks the real tables. */
  function toMemory(rows: Map<string, ReceiptTimes>): InboxTables {
    const groups = { ...tables.groups, listOfUser: async () => [] };
    return { ...tables, groups, inbox: toMemoryInbox(rows) };
  }

  function createRows(): Map<string, ReceiptTimes> {
    return new Map(ids.map((id): [string, ReceiptTimes] => [id, {}]));
  }

  /** A person's range as the service keeps it: a write merges columns. */
  function toMemoryInbox(rows: Map<string, ReceiptTimes>): InboxTable {
    return {
      ...tables.inbox,
      readNamed: async (_target, named) =>
        named.flatMap((id): InboxRow[] => {
          const receipts = rows.get(id);
          const { reasons, transition, ...notification } = createNotification(1);
          const said = { reasons, transition };
          return receipts
            ? [
                {
                  id,
                  said,
                  notification: { ...notification, ...said, id },
                  receipts: { ...receipts },
                  escalates: false,
                  changedAt: now.toISOString(),
                },
              ]
            : [];
        }),
      recordReceipts: async (_userId, rising, at) => {
        for (const [id, states] of rising) {
          rows.set(id, { ...rows.get(id), ...Object.fromEntries(states.map((state) => [state, at])) });
        }
      },
    };
  }
});
