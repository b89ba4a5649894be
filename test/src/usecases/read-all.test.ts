import { describe, expect, it } from "vitest";
import { readAll } from "../../../src/usecases/read-all.ts";
import { readInbox } from "../../../src/usecases/read-inbox.ts";
import { recordReceipts } from "../../../src/usecases/record-receipts.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import {
  createNotification,
  createNotifications,
  openInboxTables,
  toUserTarget,
} from "../../support/inbox.ts";

const tables = openInboxTables(claimStorage());
const now = new Date("2026-11-30T00:00:00.000Z");

describe("read-all", () => {
  it("marks what is unread, own and of groups, and nothing the second time", async () => {
    const [read, seen, shared, muted] = [1, 2, 3, 4].map((number) => createNotification(number));
    if (!read || !seen || !shared || !muted) throw new Error("four were made");
    await tables.store(toUserTarget("ada"), read, seen);
    const amount = { ...muted, transition: "amountChanged" as const };
    await tables.store({ kind: "group", group: "sales" }, shared, amount);
    for (const userId of ["ada", "grace"]) {
      await tables.groups.join("sales", userId, "2026-01-01T00:00:00.000Z");
    }
    tables.prefer("ada", { mutedTransitions: ["amountChanged"] });
    await recordReceipts(tables, "ada", { ids: [read.id], state: "read" }, now);
    await recordReceipts(tables, "ada", { ids: [seen.id], state: "seen" }, now);
    const ended: string[] = [];
    const outcome = await readAll(tables, "ada", now, async (ids) => void ended.push(...ids));
    expect(outcome).toMatchObject({ updated: 2, more: false });
    expect(ended).toEqual([]);
    expect(outcome.risen.toSorted()).toEqual([seen.id, shared.id].toSorted());
    expect(await readInbox(tables, "ada", { limit: 10 })).toMatchObject({ unread: 0, unseen: 0 });
    expect(await readInbox(tables, "grace", { limit: 10 })).toMatchObject({ unread: 2 });
    expect(await readAll(tables, "ada", now)).toMatchObject({ updated: 0, more: false });
    tables.prefer("ada", {});
    expect(await readInbox(tables, "ada", { limit: 10 })).toMatchObject({ unread: 1 });
  });

  it("ends the escalations of what nobody had received", async () => {
    const [notification, received] = [createNotification(1), createNotification(2)];
    const target = toUserTarget("tony");
    const rows = [notification, received].map((one) => ({
      target,
      notification: one,
      escalates: true as const,
    }));
    await tables.inbox.store(rows, "order-1");
    await recordReceipts(tables, "tony", { ids: [received.id], state: "received" }, now);
    const ended: string[] = [];
    await readAll(tables, "tony", now, async (ids) => void ended.push(...ids));
    expect(ended).toEqual([notification.id]);
  });

  it("leaves what is said later", async () => {
    const [before, after] = [createNotification(1), createNotification(3)];
    await tables.store(toUserTarget("linus"), before, after);
    expect(await readAll(tables, "linus", new Date(before.createdAt))).toMatchObject({ risen: [before.id] });
  });

  it("marks 1,000 of more than that, the newest, and says that there is more", async () => {
    const all = createNotifications(1, 1_050);
    await tables.store(toUserTarget("barbara"), ...all);
    const first = await readAll(tables, "barbara", now);
    expect(first).toMatchObject({ updated: 1_000, more: true });
    expect(first.risen).toContain(all.at(-1)?.id);
    expect(await readAll(tables, "barbara", now)).toMatchObject({ updated: 50, more: false });
    expect(await readAll(tables, "barbara", now)).toMatchObject({ updated: 0, more: false });
  });
});
