import { describe, expect, it } from "vitest";
import type { Notification } from "../../../src/domain/notification.ts";
import type { Receipt } from "../../../src/domain/receipt.ts";
import type { Target } from "../../../src/domain/subscription.ts";
import { readInbox } from "../../../src/usecases/read-inbox.ts";
import { recordReceipts } from "../../../src/usecases/record-receipts.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import {
  createNotification,
  createNotifications,
  openInboxTables,
  toUserTarget as user,
} from "../../support/inbox.ts";

const tables = openInboxTables(claimStorage());
const { store } = tables;
const now = () => new Date();

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
    ).toMatchObject({ updated: 1, unknown: [unknown.id] });
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

  it("does not show a member the news of their group whose kind or every scope they muted", async () => {
    const group: Target = { kind: "group", group: "mixed" };
    const scopes = (...all: string[]) => ({ reasons: all.map((scope) => ({ scope, group: "mixed" })) });
    const loud = createNotification(4, scopes("all", "account:001000000000001AAA"));
    const quiet = createNotification(3, scopes("all"));
    const amount = createNotification(2, { ...scopes("all"), transition: "amountChanged" });
    await store(group, loud, quiet, amount);
    for (const userId of ["frances", "jean"]) {
      await tables.groups.join("mixed", userId, "2026-01-01T00:00:00.000Z");
    }
    const read = async (userId: string) => {
      const { items, unread } = await readInbox(tables, userId, { limit: 10 });
      return { ids: items.map(({ id }) => id), unread };
    };
    tables.prefer("frances", { mutedScopes: ["all"] });
    expect(await read("frances")).toEqual({ ids: [loud.id], unread: 1 });
    tables.prefer("frances", { mutedTransitions: ["amountChanged"] });
    expect(await read("frances")).toEqual({ ids: [loud.id, quiet.id], unread: 2 });
    expect(await read("jean")).toEqual({ ids: [loud.id, quiet.id, amount.id], unread: 3 });
    const receipt: Receipt = { ids: [amount.id, loud.id], state: "read" };
    expect(await recordReceipts(tables, "frances", receipt, now())).toMatchObject({
      updated: 1,
      unknown: [amount.id],
    });
  });

  it("fills a page with what is not archived, however much lies between", async () => {
    const all = createNotifications(1, 120);
    await store(user("margaret"), ...all);
    const archived = all.slice(5, 115).map(({ id }) => id);
    for (const ids of [archived.slice(0, 100), archived.slice(100)]) {
      await recordReceipts(tables, "margaret", { ids, state: "archived" }, now());
    }
    const page = await readInbox(tables, "margaret", { limit: 4, before: all[117]?.id });
    expect(page.items.map(({ title }) => title)).toEqual(
      [117, 116, 5, 4].map((number) => `Order ${number} changed`),
    );
    expect(await readInbox(tables, "margaret", { limit: 1_000, state: "archived" })).toMatchObject({
      items: { length: 110 },
      unread: 10,
    });
  });
});

describe("an inbox of more than 1,000 rows", () => {
  const OLD = 1_100;
  const all = createNotifications(1, OLD + 1_000);
  const [oldest] = all as [Notification, ...Notification[]];
  const group: Target = { kind: "group", group: "busy" };

  it("is counted over the newest 1,000, says so, and is paged to its end", async () => {
    await store(user("katherine"), ...all.slice(0, OLD));
    await store(group, ...all.slice(OLD));
    await tables.groups.join("busy", "katherine", "2026-01-01T00:00:00.000Z");
    const first = await readInbox(tables, "katherine", { limit: 1_000 });
    expect(first).toMatchObject({ unseen: 1_000, unread: 1_000, isCountCapped: true });
    const titles = first.items.map(({ title }) => title);
    for (let before = first.items.at(-1)?.id; before !== undefined;) {
      const { items, unread } = await readInbox(tables, "katherine", { limit: 700, before });
      expect(unread).toBe(1_000);
      titles.push(...items.map(({ title }) => title));
      before = items.length < 700 ? undefined : items.at(-1)?.id;
    }
    expect(titles).toEqual(all.toReversed().map(({ title }) => title));
  });

  it("answers with `since` also what changed among the older ones, and nothing else", async () => {
    await store(user("dorothy"), ...all.slice(0, 1_050));
    const rows = await tables.inbox.readOwn("dorothy");
    const last = rows.map(({ changedAt }) => changedAt).reduce((a, b) => (a > b ? a : b));
    const since = new Date(Date.parse(last) + 1).toISOString();
    const newest = rows[0]?.id ?? "";
    expect((await readInbox(tables, "dorothy", { limit: 10, since })).items).toEqual([]);
    const receipt: Receipt = { ids: [oldest.id, newest], state: "archived" };
    await recordReceipts(tables, "dorothy", receipt, now());
    const page = await readInbox(tables, "dorothy", { limit: 10, since });
    expect(page.items.map(({ id, state }) => ({ id, state }))).toEqual([
      { id: newest, state: "archived" },
      { id: oldest.id, state: "archived" },
    ]);
    expect(await readInbox(tables, "dorothy", { limit: 1, since })).toMatchObject({
      items: [{ id: newest }],
      nextSince: since,
    });
  });
});
