import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { afterAll, describe, expect, it } from "vitest";
import { type Person, until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();
const lines: { stop(): Promise<void> }[] = [];
afterAll(() => Promise.all(lines.map((line) => line.stop())));

let count = 0;
/** Ids that no other test of this file uses. */
function createIds() {
  count += 1;
  const toId = (prefix: string) => `${prefix}${String(count).padStart(12, "0")}AAA`;
  return { orderId: toId("801"), accountId: toId("001"), user: `person-${count}` };
}

/** One device of a person: what it hears of their other devices. */
async function openDevice({ cookie }: Person) {
  const heard: unknown[] = [];
  const line = new HubConnectionBuilder()
    .withUrl(`${app.url}/api`, { headers: { cookie } })
    .configureLogging(LogLevel.Error)
    .build();
  line.on("receipts", (receipt: unknown) => {
    heard.push(receipt);
  });
  await line.start();
  lines.push(line);
  return { heard };
}

/** Waits until a person has so many notifications, and answers their ids. */
const waitForInbox = (person: Person, total: number) =>
  until(async () => {
    const { items } = await person.inbox();
    return items.length >= total && items.map(({ id }) => id);
  });

const post = (person: Person, path: string, body?: unknown) =>
  person.call("POST", `/api/notifications/${path}`, body);

describe("several devices of one person", () => {
  it("follow within a second what the person does on one of them, and nobody else hears of it", async () => {
    const { orderId, user } = createIds();
    const person = await app.follow(user, `order:${orderId}`);
    const devices = await Promise.all([openDevice(person), openDevice(person)]);
    const stranger = await openDevice(await app.signIn(`${user}-stranger`));
    await app.postOrders({ Id: orderId });
    const ids = await waitForInbox(person, 1);
    const { nextSince } = await person.inbox();
    const saidAt = Date.now();
    const answer = await post(person, "receipts", { ids, state: "read" });
    expect(await answer.json()).toEqual({ updated: 1, unknown: [] });
    await until(async () => devices.every(({ heard }) => heard.length > 0));
    expect(Date.now() - saidAt).toBeLessThan(1_000);
    expect(devices.map(({ heard }) => heard)).toEqual([[{ ids, state: "read" }], [{ ids, state: "read" }]]);
    const { items, unread } = await person.inbox(`?since=${nextSince}`);
    expect({ states: items.map(({ state }) => state), unread }).toEqual({ states: ["read"], unread: 0 });
    expect(stranger.heard).toEqual([]);
  });

  it("are told only of what changes something that a person sees", async () => {
    const { orderId, user } = createIds();
    const person = await app.follow(user, `order:${orderId}`);
    const device = await openDevice(person);
    await app.postOrders({ Id: orderId });
    const ids = await waitForInbox(person, 1);
    for (const state of ["received", "archived", "read", "archived"]) {
      expect((await post(person, "receipts", { ids, state })).status).toBe(200);
    }
    await until(async () => device.heard.length > 0);
    expect(device.heard).toEqual([{ ids, state: "archived" }]);
  });

  it("follow when everything is marked as read", async () => {
    const [first, second] = [createIds(), createIds()];
    const person = await app.follow(first.user, `order:${first.orderId}`);
    await app.follow(first.user, `order:${second.orderId}`);
    const device = await openDevice(person);
    await app.postOrders({ Id: first.orderId }, { Id: second.orderId });
    const ids = await waitForInbox(person, 2);
    expect(await (await post(person, "read-all")).json()).toEqual({ updated: 2 });
    await until(async () => device.heard.length > 0);
    expect(device.heard).toEqual([{ ids, state: "read" }]);
    expect(await person.inbox()).toMatchObject({ unread: 0, unseen: 0 });
    expect(await (await post(person, "read-all", {})).json()).toEqual({ updated: 0 });
    expect((await post(person, "read-all", { ids })).status).toBe(400);
  });
});

describe("erasing a person", () => {
  it("is for administrators, and leaves nothing of theirs to read", async () => {
    const { orderId, user } = createIds();
    const person = await app.follow(user, `order:${orderId}`);
    const admin = await app.signIn("admin", ["OrderBell.Admin"]);
    await app.postOrders({ Id: orderId });
    await waitForInbox(person, 1);
    expect((await person.call("DELETE", `/api/admin/users/${user}`)).status).toBe(403);
    const answer = await admin.call("DELETE", `/api/admin/users/${user}`);
    expect(await answer.json()).toMatchObject({
      removed: { grants: 1, subscriptions: 1, inbox: 1 },
      remaining: { groupIntervals: 0 },
    });
    expect(await person.inbox()).toMatchObject({ items: [], unread: 0 });
    expect(await (await admin.call("DELETE", `/api/admin/users/${user}`)).json()).toMatchObject({
      removed: { grants: 0, subscriptions: 0, inbox: 0 },
    });
  });
});
