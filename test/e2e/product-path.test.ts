import { describe, expect, it } from "vitest";
import { z } from "zod";
import { notificationSchema } from "../../src/domain/notification.ts";
import { until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

const historySchema = z.object({
  input: z.unknown(),
  historyEvents: z.array(
    z.looseObject({ FunctionName: z.string().optional(), Input: z.string().optional() }),
  ),
});

const app = await startApp();

let count = 0;
/** Ids that no other test of this file uses. */
function createIds() {
  count += 1;
  const toId = (prefix: string) => `${prefix}${String(count).padStart(12, "0")}AAA`;
  return { orderId: toId("801"), accountId: toId("001"), ownerId: toId("005"), user: `user-${count}` };
}

/** Waits until every orchestration of an order has ended, and answers them. */
const settle = (orderId: string, total = 1) =>
  until(async () => {
    const all = await app.orchestrations(orderId);
    return all.length >= total && all.every(({ runtimeStatus }) => runtimeStatus === "Completed") && all;
  });

describe("an order changes in Salesforce", () => {
  it("and those who follow its account are told, others are not", async () => {
    const { orderId, accountId, user } = createIds();
    const follower = await app.follow(user, `account:${accountId}`);
    const other = await app.follow(`${user}-other`, `account:${createIds().accountId}`);
    expect(await app.postOrders({ Id: orderId, AccountId: accountId })).toMatchObject({ acknowledged: true });
    await settle(orderId);
    expect((await follower.inbox()).items).toMatchObject([
      { orderId, state: "stored", reasons: [{ scope: `account:${accountId}` }] },
    ]);
    expect((await other.inbox()).items).toEqual([]);
  });

  it("and the acknowledgement is the one of the WSDL", async () => {
    const { orderId } = createIds();
    const { status, body } = await app.postOrders({ Id: orderId });
    expect(status).toBe(200);
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">' +
        '<soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>' +
        "</notificationsResponse></soapenv:Body></soapenv:Envelope>",
    );
  });

  it("and a stock SignalR client that knows only the negotiate URL and a cookie hears of it at once", async () => {
    const { orderId, user } = createIds();
    const person = await app.follow(user, `order:${orderId}`);
    const devices = await Promise.all([person.connect(), person.connect()]);
    const stranger = await (await app.signIn(`${user}-stranger`)).connect();
    const sentAt = Date.now();
    await app.postOrders({ Id: orderId });
    await until(async () => devices.every(({ heard }) => heard.length > 0));
    const tookMs = Date.now() - sentAt;
    await settle(orderId);
    const [notification] = devices.map(({ heard }) => notificationSchema.parse(heard[0]));
    const { items } = await person.inbox();
    await Promise.all([...devices, stranger].map((listener) => listener.stop()));
    expect(items).toEqual([{ ...notification, state: "stored" }]);
    expect(devices.map(({ heard }) => heard.length)).toEqual([1, 1]);
    expect(stranger.heard).toEqual([]);
    expect(tookMs).toBeLessThan(1_000);
  });

  it("and the same message ten times, five of them at once, is one notification and ten acknowledgements", async () => {
    const { orderId, user } = createIds();
    const person = await app.follow(user, `order:${orderId}`);
    const listener = await person.connect();
    const post = () => app.postOrders({ Id: orderId });
    const answers = await Promise.all(Array.from({ length: 5 }, post));
    for (let time = 0; time < 5; time++) answers.push(await post());
    expect(answers.map(({ acknowledged }) => acknowledged)).toEqual(Array.from({ length: 10 }, () => true));
    expect(await settle(orderId)).toHaveLength(1);
    await until(async () => listener.heard.length > 0);
    await listener.stop();
    expect(listener.heard).toHaveLength(1);
    expect((await person.inbox()).items).toHaveLength(1);
  });

  it("and changes again: each version is told once with what is new about it; an old version that comes late is not", async () => {
    const { orderId, user } = createIds();
    const person = await app.follow(user, `order:${orderId}`);
    const at = (second: number) => `2026-11-22T10:00:0${second}.000Z`;
    await app.postOrders({ Id: orderId, CreatedDate: at(0), SystemModstamp: at(1) });
    await settle(orderId);
    await app.postOrders({
      Id: orderId,
      CreatedDate: at(0),
      SystemModstamp: at(3),
      Status: "Activated",
      StatusCode: "Activated",
    });
    await settle(orderId, 2);
    await app.postOrders({ Id: orderId, CreatedDate: at(0), SystemModstamp: at(2), TotalAmount: "7.0" });
    const all = await settle(orderId, 3);
    const { items } = await person.inbox();
    expect(items.map(({ transition }) => transition)).toEqual(["activated", "created"]);
    expect(all.map(({ output }) => output)).toContainEqual(
      expect.objectContaining({ outcome: "silent", transition: { outcome: "silent", reason: "stale" } }),
    );
  });

  it("and the history keeps what every step was given, so that it can be audited", async () => {
    const { orderId } = createIds();
    await app.postOrders({ Id: orderId });
    const [orchestration] = await settle(orderId);
    const query = "showHistory=true&showHistoryOutput=true&showInput=true&code=local";
    const status = await fetch(
      `${app.url}/runtime/webhooks/durabletask/instances/${orchestration?.instanceId}?${query}`,
    );
    const { input, historyEvents } = historySchema.parse(await status.json());
    expect(input).toMatchObject({ change: { orderId } });
    const claim = historyEvents.find(({ FunctionName }) => FunctionName === "claimChange");
    expect(claim).toMatchObject({
      EventType: "TaskCompleted",
      Result: { decidedAt: expect.any(String) },
    });
    // Inputs are shown as the JSON text that is stored.
    const given = [{ change: { orderId }, instanceId: orchestration?.instanceId }];
    expect(JSON.parse(claim?.Input ?? "")).toMatchObject(given);
  });

  it("and a deleted order in the same message does not hold back the others", async () => {
    const { orderId, user } = createIds();
    const person = await app.follow(user, `order:${orderId}`);
    expect(await app.postMessage({ orders: ["deleted", { Id: orderId }] })).toMatchObject({
      acknowledged: true,
    });
    await settle(orderId);
    expect((await person.inbox()).items).toHaveLength(1);
  });

  it("and a group is told with one row and one message, each member with a state of their own", async () => {
    const { orderId, accountId, user } = createIds();
    const admin = await app.signIn("admin", ["OrderBell.Admin"]);
    const group = `group ${user} ü`;
    const members = await Promise.all([app.signIn(`${user}-a`), app.signIn(`${user}-b`)]);
    for (const suffix of ["a", "b"]) {
      const path = `/api/admin/groups/${encodeURIComponent(group)}/members/${user}-${suffix}`;
      expect((await admin.call("PUT", path)).status).toBe(204);
    }
    const line = { scope: `account:${accountId}`, target: { kind: "group", group }, priority: "high" };
    const imported = await fetch(`${app.url}/api/admin/subscriptions`, {
      method: "PUT",
      headers: { cookie: admin.cookie, "content-type": "application/x-ndjson" },
      body: `${JSON.stringify(line)}\n`,
    });
    expect(await imported.json()).toEqual({ imported: 1 });
    const listeners = await Promise.all(members.map((member) => member.connect()));
    await app.postOrders({ Id: orderId, AccountId: accountId });
    const [orchestration] = await settle(orderId);
    await until(async () => listeners.every(({ heard }) => heard.length === 1));
    await Promise.all(listeners.map((listener) => listener.stop()));
    const [first] = await Promise.all(members.map((member) => member.inbox()));
    expect(first?.items).toMatchObject([{ orderId, priority: "high", reasons: [{ group }] }]);
    await members[0]?.call("POST", "/api/notifications/receipts", {
      ids: [first?.items[0]?.id],
      state: "read",
    });
    const unread = await Promise.all(members.map(async (member) => (await member.inbox()).unread));
    expect(unread).toEqual([0, 1]);
    expect(orchestration?.output).toMatchObject({ counts: { recipients: 1, stored: 1, pushed: 1 } });
  });
});

describe("a person", () => {
  it("may follow only what was granted, and stops following when the grant is revoked", async () => {
    const { orderId, accountId, user } = createIds();
    const scope = `account:${accountId}`;
    const person = await app.signIn(user);
    const refused = await person.call("PUT", `/api/subscriptions/${scope}`, {});
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ status: 403, detail: expect.stringContaining(scope) });
    await app.follow(user, scope);
    expect(await (await person.call("GET", "/api/subscriptions")).json()).toEqual({
      items: [{ scope, priority: "normal" }],
      grants: [{ scope, label: null }],
    });
    const admin = await app.signIn("admin", ["OrderBell.Admin"]);
    expect((await admin.call("DELETE", `/api/admin/grants/${user}/${scope}`)).status).toBe(204);
    await app.postOrders({ Id: orderId, AccountId: accountId });
    await settle(orderId);
    expect((await person.inbox()).items).toEqual([]);
    expect(await (await person.call("GET", "/api/subscriptions")).json()).toEqual({ items: [], grants: [] });
  });

  it("who narrowed a subscription is not told of the rest, and the manifest says why", async () => {
    const { orderId, accountId, user } = createIds();
    const person = await app.follow(user, `account:${accountId}`, { minimumAmount: "5000" });
    await app.postOrders({ Id: orderId, AccountId: accountId, TotalAmount: "4999.99" });
    const [orchestration] = await settle(orderId);
    expect((await person.inbox()).items).toEqual([]);
    expect(orchestration?.output).toMatchObject({
      firstPage: { exclusions: [{ target: { userId: user }, causes: [{ rule: "minimumAmount" }] }] },
    });
  });

  it("with an unusual id is told like anybody else", async () => {
    const { orderId } = createIds();
    const person = await app.follow("auth0|7f+ü@example.com".replace("ü", "u"), `order:${orderId}`);
    const listener = await person.connect();
    await app.postOrders({ Id: orderId });
    await until(async () => listener.heard.length > 0);
    await listener.stop();
    expect((await person.inbox()).items).toHaveLength(1);
  });

  it("reads, and finds only what is new since then", async () => {
    const { orderId, user } = createIds();
    const person = await app.follow(user, `order:${orderId}`);
    await app.postOrders({ Id: orderId });
    await settle(orderId);
    const page = await person.inbox();
    const ids = page.items.map(({ id }) => id);
    const receipt = await person.call("POST", "/api/notifications/receipts", { ids, state: "read" });
    expect(await receipt.json()).toEqual({ updated: 1, unknown: [] });
    expect(await person.inbox("?state=read")).toMatchObject({
      items: [{ id: ids[0], state: "read" }],
      unread: 0,
    });
    const future = new Date(Date.now() + 600_000).toISOString();
    expect((await person.inbox(`?since=${future}`)).items).toEqual([]);
  });
});
