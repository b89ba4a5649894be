import { describe, expect, it } from "vitest";
import type { Notification } from "../../../src/domain/notification.ts";
import { toNotificationId } from "../../../src/domain/notification-id.ts";
import type { Target } from "../../../src/domain/subscription.ts";
import { openGroupsTable } from "../../../src/storage/groups-table.ts";
import { openInboxTable } from "../../../src/storage/inbox-table.ts";
import { readInbox } from "../../../src/usecases/read-inbox.ts";
import { recordReceipts } from "../../../src/usecases/record-receipts.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const storage = claimStorage();
const tables = { inbox: openInboxTable(storage), groups: openGroupsTable(storage) };
const now = () => new Date();
const user = (userId: string): Target => ({ kind: "user", userId });

/** The n-th notification; a higher number is newer. */
function createNotification(number: number, scope = "all"): Notification {
  const createdAt = new Date(Date.UTC(2026, 10, 22, 10, number)).toISOString();
  return {
    id: toNotificationId(createdAt, String(number).padStart(22, "0")),
    createdAt,
    title: `Order ${number} changed`,
    body: "",
    orderId: "801000000000001AAA",
    transition: "changed",
    link: null,
    priority: "normal",
    reasons: [{ scope }],
  };
}

const store = (target: Target, ...notifications: Notification[]) =>
  tables.inbox.store(
    notifications.map((notification) => ({ target, notification })),
    "order-1",
  );

describe("the inbox", () => {
  it("is empty for someone who was never told anything", async () => {
    expect(await readInbox(tables, "nobody", { limit: 10 })).toMatchObject({
      items: [],
      unseen: 0,
      unread: 0,
    });
  });

  it("shows a person their own notifications, newest first, and counts them", async () => {
    await store(user("ada"), createNotification(1), createNotification(2));
    await store(user("ada2"), createNotification(3));
    const page = await readInbox(tables, "ada", { limit: 10 });
    expect(page.items.map(({ title }) => title)).toEqual(["Order 2 changed", "Order 1 changed"]);
    expect(page).toMatchObject({ unseen: 2, unread: 2 });
  });

  it("keeps what was read when the same notification is written again", async () => {
    const notification = createNotification(1);
    await store(user("grace"), notification);
    await recordReceipts(tables, "grace", { ids: [notification.id], state: "read" }, now());
    await store(user("grace"), notification);
    expect(await readInbox(tables, "grace", { limit: 10 })).toMatchObject({
      items: [{ ...notification, state: "read" }],
      unseen: 0,
      unread: 0,
    });
  });

  it("never lowers a state, and says which ids it does not know", async () => {
    const [one, unknown] = [createNotification(1), createNotification(9)];
    await store(user("linus"), one);
    expect(
      await recordReceipts(tables, "linus", { ids: [one.id, unknown.id], state: "read" }, now()),
    ).toEqual({
      updated: 1,
      unknown: [unknown.id],
    });
    expect(await recordReceipts(tables, "linus", { ids: [one.id], state: "seen" }, now())).toMatchObject({
      updated: 0,
    });
    const { items } = await readInbox(tables, "linus", { limit: 10 });
    expect(items.map(({ state }) => state)).toEqual(["read"]);
  });

  it("shows a member what their group was told while they were in it, with a state of their own", async () => {
    const sales: Target = { kind: "group", group: "sales" };
    const [before, during, after] = [createNotification(1), createNotification(2), createNotification(3)];
    await store(sales, before, during, after);
    await tables.groups.join("sales", "barbara", during.createdAt);
    await tables.groups.leave("sales", "barbara", after.createdAt);
    await tables.groups.join("sales", "edsger", before.createdAt);
    await recordReceipts(tables, "barbara", { ids: [during.id, after.id], state: "seen" }, now());
    const barbara = await readInbox(tables, "barbara", { limit: 10 });
    const edsger = await readInbox(tables, "edsger", { limit: 10 });
    expect(barbara.items).toEqual([{ ...during, state: "seen" }]);
    expect(edsger.items.map(({ state }) => state)).toEqual(["stored", "stored", "stored"]);
  });

  it("shows a notification once that came directly and by group, and names both reasons", async () => {
    const direct = createNotification(5);
    await store({ kind: "group", group: "both" }, { ...direct, reasons: [{ scope: "all", group: "both" }] });
    await store(user("tony"), direct);
    await tables.groups.join("both", "tony", "2026-01-01T00:00:00.000Z");
    const { items } = await readInbox(tables, "tony", { limit: 10 });
    expect(items).toEqual([
      { ...direct, state: "stored", reasons: [{ scope: "all" }, { scope: "all", group: "both" }] },
    ]);
  });

  it("answers with `before` the next older ones, to the last", async () => {
    const all = [4, 3, 2, 1].map((number) => createNotification(number));
    await store(user("donald"), ...all);
    const ids: string[] = [];
    for (let before: string | undefined; ;) {
      const { items } = await readInbox(tables, "donald", { limit: 3, before });
      ids.push(...items.map(({ id }) => id));
      before = items.at(-1)?.id;
      if (items.length < 3) break;
    }
    expect(ids).toEqual(all.map(({ id }) => id));
  });

  it("shows nothing more to someone who joined a group twice at once and then left it", async () => {
    const [before, after] = [createNotification(1), createNotification(3)];
    const group = { kind: "group", group: "twice" } as const;
    const at = (notification: Notification, ms: number) =>
      new Date(Date.parse(notification.createdAt) + ms).toISOString();
    await Promise.all([0, 1].map((ms) => tables.groups.join("twice", "niklaus", at(before, ms - 5))));
    await tables.groups.leave("twice", "niklaus", at(before, 1_000));
    await store(group, before, after);
    expect((await readInbox(tables, "niklaus", { limit: 10 })).items.map(({ id }) => id)).toEqual([
      before.id,
    ]);
  });

  it("steps two minutes back with its cursor, so that rows that were written late come too", async () => {
    const [first, second] = [createNotification(1), createNotification(2)];
    await store(user("john"), first);
    const rows = await tables.inbox.readOwn("john");
    const { nextSince } = await readInbox(tables, "john", { limit: 10 });
    expect(Date.parse(String(rows[0]?.changedAt)) - Date.parse(nextSince)).toBe(120_000);
    await store(user("john"), second);
    const next = await readInbox(tables, "john", { limit: 10, since: nextSince });
    expect(next.items.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it("answers with `since` what is new or changed, archived included, and never moves the cursor past what it cut", async () => {
    const [first, second] = [createNotification(1), createNotification(2)];
    await store(user("alan"), first, second);
    const page = await readInbox(tables, "alan", { limit: 10 });
    await recordReceipts(tables, "alan", { ids: [first.id], state: "archived" }, now());
    const next = await readInbox(tables, "alan", { limit: 10, since: page.nextSince });
    expect(next.items.map(({ state }) => state).toSorted()).toEqual(["archived", "stored"]);
    expect((await readInbox(tables, "alan", { limit: 10 })).items.map(({ id }) => id)).toEqual([second.id]);
    expect(await readInbox(tables, "alan", { limit: 1, since: page.nextSince })).toMatchObject({
      items: [{ id: second.id }],
      nextSince: page.nextSince,
    });
    const inTheFuture = new Date(Date.now() + 600_000).toISOString();
    expect(await readInbox(tables, "alan", { limit: 10, since: inTheFuture })).toMatchObject({ items: [] });
  });
});
