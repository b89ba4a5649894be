import { describe, expect, it } from "vitest";
import { deleteRows } from "../../../src/storage/delete-rows.ts";
import { toPartitionKey, toRowPrefix } from "../../../src/storage/inbox-keys.ts";
import { openTable } from "../../../src/storage/table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import {
  createNotification,
  createNotifications,
  openInboxTables,
  toUserTarget,
} from "../../support/inbox.ts";

const storage = claimStorage();
const { inbox, store } = openInboxTables(storage);

describe("the table Inbox", () => {
  it("finds named rows that lie far apart, and none that are not there", async () => {
    const all = createNotifications(1, 450);
    await store(toUserTarget("ada"), ...all);
    await store(toUserTarget("ada2"), createNotification(500));
    const wanted = [1, 2, 230, 231, 449].map((index) => all[index]?.id ?? "");
    const missing = [createNotification(500).id, createNotification(0).id];
    const rows = await inbox.readNamed(toUserTarget("ada"), [...wanted, ...missing, ...wanted]);
    expect(rows.map(({ id }) => id)).toEqual(wanted.toReversed());
    expect(await inbox.readNamed(toUserTarget("ada"), [])).toEqual([]);
    expect(await inbox.readNamed({ kind: "group", group: "nobody" }, wanted)).toEqual([]);
  });

  it("keeps whom an escalation is for when the same notification is written again without it", async () => {
    const target = toUserTarget("grace");
    const notification = createNotification(1);
    await inbox.store([{ target, notification, escalates: true }], "order-1");
    await store(target, notification);
    expect(await inbox.readHeads(target, {})).toMatchObject([
      { id: notification.id, escalates: true, said: { transition: "changed" } },
    ]);
    expect(await inbox.read(target, {})).toMatchObject([{ notification, escalates: true }]);
  });

  it("erases one person's rows and nobody else's", async () => {
    await store(toUserTarget("tony"), ...createNotifications(1, 150));
    await inbox.recordReceipts("tony", new Map([[createNotification(200).id, ["seen"]]]), "2026-11-22");
    await store(toUserTarget("tony2"), createNotification(1));
    expect(await inbox.erase("tony")).toBe(151);
    expect(await inbox.erase("tony")).toBe(0);
    expect(await inbox.readOwn("tony")).toEqual([]);
    expect(await inbox.readOwn("tony2")).toHaveLength(1);
  });

  it("deletes what is left when somebody else has deleted some of it meanwhile", async () => {
    const target = toUserTarget("linus");
    const all = createNotifications(1, 5);
    await store(target, ...all);
    const rowKeys = [...all.map(({ id }) => id), createNotification(9).id].map(
      (id) => toRowPrefix(target) + id,
    );
    expect(await deleteRows(openTable(storage, "Inbox"), toPartitionKey(target), rowKeys)).toBe(5);
    expect(await inbox.readOwn("linus")).toEqual([]);
  });
});
