import { describe, expect, it } from "vitest";
import { createRecordReader } from "../../../src/audit/create-record-reader.ts";
import { readOrderAudit } from "../../../src/audit/read-order-audit.ts";
import { readTimeline } from "../../../src/audit/read-timeline.ts";
import { composeAnnouncement } from "../../../src/domain/notification.ts";
import type { News } from "../../../src/domain/transition.ts";
import { openDeadLettersTable } from "../../../src/storage/dead-letters-table.ts";
import { openInboxReceipts } from "../../../src/storage/inbox-receipts.ts";
import { openInboxTable } from "../../../src/storage/inbox-table.ts";
import { openNotificationLetters } from "../../../src/storage/notification-letters.ts";
import { openOrderChanges } from "../../../src/storage/order-changes.ts";
import { openOrdersTable } from "../../../src/storage/orders-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createOrderChange, ORDER_ID } from "../../support/order-change.ts";
import { NEWS, readFrom, recordOrder, toRootId } from "./recorded-order.ts";

const storage = claimStorage();
const deps = {
  inboxReceipts: openInboxReceipts(storage),
  notificationLetters: openNotificationLetters(storage),
  orderChanges: openOrderChanges(storage),
  orders: openOrdersTable(storage),
};
const instanceId = toRootId(1);
const change = createOrderChange();
const decidedAt = "2026-11-22T10:00:00.000Z";
const announcement = composeAnnouncement({ change, news: NEWS as News, decidedAt, link: null });
const people = ["ada", "ben/1"].map((userId) => ({ kind: "user" as const, userId }));
const recipients = people.map((target) => ({
  target,
  priority: "normal" as const,
  reasons: [{ scope: "all" }],
}));
const records = recordOrder({
  instanceId,
  change,
  pages: [people.map((target) => ({ scope: "all", target, rules: { priority: "normal" as const } }))],
});
const nothing = { readRecord: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };

describe("reading a timeline", () => {
  it("answers undefined for what nobody recorded", async () => {
    expect(await readTimeline(deps, readFrom(new Map()), instanceId)).toBeUndefined();
  });

  it("brings receipts, redrives and the ledger's own time from the tables", async () => {
    const inbox = openInboxTable(storage);
    const notification = { ...announcement, priority: "normal" as const, reasons: [{ scope: "all" }] };
    await inbox.store(
      people.map((target) => ({ target, notification })),
      instanceId,
    );
    await inbox.recordReceipts(
      "ben/1",
      new Map([[announcement.id, ["received", "seen"] as const]]),
      "2026-11-22T10:07:00.000Z",
    );
    const letters = openDeadLettersTable(storage);
    const failed = recipients.map((recipient) => ({ recipient, cause: "SignalR answered 400", attempts: 5 }));
    await letters.put(failed.map((one) => ({ ...one, instanceId, announcement, isStored: true })));
    const [letter] = await deps.notificationLetters.list(announcement.id, 10);
    await letters.addRedrive(String(letter?.id), {
      redrivenAt: "2026-11-22T11:00:00.000Z",
      redrivenBy: "admin",
      instanceId: "redrive-1",
      result: "delivered",
    });
    const lease = { owner: "host", until: decidedAt };
    await deps.orders.insertChange(change, instanceId, lease, "2026-11-22T09:59:59.000Z");

    const timeline = await readTimeline(deps, readFrom(records), instanceId);
    const told = timeline?.told.map(({ target, receipt }) => [target, receipt]);
    expect(told).toEqual([
      [people[0], null],
      [people[1], "seen"],
    ]);
    const entries = timeline?.entries ?? [];
    expect(entries.find(({ kind }) => kind === "source")?.at).toBe("2026-11-22T09:59:59.000Z");
    expect(entries.filter(({ kind }) => kind === "redrive")).toMatchObject([{ instanceId: "redrive-1" }]);
  });

  it("reads archived evidence when Durable has no history any more", async () => {
    const record = records.get(instanceId);
    const archive = {
      readRecord: (id: string) =>
        Promise.resolve(id === instanceId ? { record, source: "evidence" as const } : undefined),
    };
    const purged = createRecordReader(readFrom(new Map()), archive);
    expect((await readTimeline(deps, purged, instanceId))?.source).toBe("evidence");
    const live = createRecordReader(readFrom(records), archive);
    expect((await readTimeline(deps, live, instanceId))?.source).toBe("history");
    expect(await readTimeline(deps, purged, "order-unknown")).toBeUndefined();
  });
});

describe("reading the audit of an order", () => {
  const read = (orderId: string, after?: string) => readOrderAudit(deps, nothing, { orderId, after });

  it("says what is not decided yet", async () => {
    expect(await read(ORDER_ID)).toMatchObject({
      changes: [
        { instanceId, state: "starting", decidedAt: null, text: expect.stringContaining("was recorded") },
      ],
      next: null,
    });
  });

  it("knows an order of the silent first poll, and none that nobody heard of", async () => {
    const known = createOrderChange({ orderId: "801000000000002AAA", route: "poll" });
    await deps.orders.insertBaseline(known);
    expect(await read(known.orderId)).toEqual({
      orderId: known.orderId,
      changes: [],
      evidence: [],
      next: null,
    });
    expect(await read("801000000000003AAA")).toBeUndefined();
  });
});
