import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toOrgDateTime } from "../../../local/salesforce/org-record.ts";
import { acknowledge, draftOrder, FAST, openTestOrg, startEndpoint, until } from "./message-fixture.ts";

let test: ReturnType<typeof openTestOrg>;
let endpoint: Awaited<ReturnType<typeof startEndpoint>>;

beforeEach(async () => {
  test = openTestOrg();
  endpoint = await startEndpoint();
});
afterEach(async () => {
  await test.close();
  await endpoint.close();
});

const idsOf = (notifications: readonly { outboundMessageNotificationId: string }[]) =>
  notifications.map((each) => each.outboundMessageNotificationId);

describe("a restart", () => {
  it("keeps what was not acknowledged, under the same ids, and counts on", async () => {
    const org = test.openOrg();
    const before = test.openSender(org, {
      endpoint: () => endpoint.url,
      timing: { ...FAST, firstRetryMs: 60_000 },
    });
    before.start();
    await org.createOrders([draftOrder()]);
    await until(() => before.overview().acknowledged === 1);
    endpoint.answer = (response) => response.writeHead(500).end();
    await org.createOrders([draftOrder(), draftOrder()]);
    await until(() => endpoint.arrivals.length === 2);
    await before.stop();
    expect(before.overview().pending).toBe(2);

    endpoint.answer = acknowledge;
    const after = test.openSender(test.openOrg(), { endpoint: () => endpoint.url });
    expect(after.overview()).toMatchObject({ pending: 2, acknowledged: 1 });
    after.start();
    after.retryNow();
    await until(() => after.overview().acknowledged === 3);
    const [, failed, again] = endpoint.arrivals;
    expect(idsOf(again?.message.notifications ?? [])).toEqual(idsOf(failed?.message.notifications ?? []));
    expect(new Set(idsOf(endpoint.notifications())).size).toBe(3);
  });

  it("gives back a message that does not end, and sends it again later", async () => {
    endpoint.answer = () => {};
    const org = test.openOrg();
    const before = test.openSender(org, {
      endpoint: () => endpoint.url,
      timing: { ...FAST, timeoutMs: 60_000 },
    });
    before.start();
    await org.createOrders([draftOrder()]);
    await until(() => endpoint.arrivals.length === 1);
    const start = Date.now();
    await before.stop();
    expect(Date.now() - start).toBeLessThan(7_000);
    endpoint.answer = acknowledge;
    const after = test.openSender(test.openOrg(), { endpoint: () => endpoint.url });
    after.start();
    await until(() => after.overview().acknowledged === 1);
    expect(new Set(idsOf(endpoint.notifications())).size).toBe(1);
  });

  it("queues saves that the sender was never told of, and those alone", async () => {
    const org = test.openOrg();
    const before = test.openSender(org, { endpoint: () => endpoint.url });
    before.start();
    const orders = await org.createOrders([draftOrder(), draftOrder(), draftOrder()]);
    await until(() => before.overview().acknowledged === 3);
    await before.stop();

    // As if killed between the org's commit and the queue's: this org has nobody who listens.
    const deaf = test.openOrg();
    const [created] = await deaf.createOrders([draftOrder()]);
    const [changed] = await deaf.updateOrders([{ id: orders[1]?.Id ?? "", fields: { TotalAmount: 7 } }]);
    await deaf.deleteOrders([orders[2]?.Id ?? ""]);

    const after = test.openSender(test.openOrg(), { endpoint: () => endpoint.url });
    after.start();
    await until(() => after.overview().acknowledged === 5);
    const missed = endpoint.notifications().slice(3);
    expect(new Set(missed.map((each) => each.fields["Id"]))).toEqual(new Set([created?.Id, changed?.Id]));
    expect(after.overview().pending).toBe(0);
  });

  it("tells nothing of orders from before the first sender", async () => {
    const past = new Date(Date.now() - 60_000);
    await test.openOrg(() => past).createOrders([draftOrder()]);
    const org = test.openOrg();
    const sender = test.openSender(org, { endpoint: () => endpoint.url });
    sender.start();
    const [order] = await org.createOrders([draftOrder()]);
    await until(() => sender.overview().acknowledged === 1);
    expect(endpoint.notifications().map((each) => each.fields["Id"])).toEqual([order?.Id]);
    expect(org.listOrders()[0]?.["SystemModstamp"]).toBe(toOrgDateTime(past));
  });

  it("does not queue a save twice that is being queued while the sender starts", async () => {
    const org = test.openOrg();
    const sender = test.openSender(org, { endpoint: () => endpoint.url });
    await org.createOrders(Array.from({ length: 50 }, () => draftOrder()));
    sender.start();
    await until(() => sender.overview().acknowledged >= 50 && sender.overview().pending === 0);
    expect(sender.overview().acknowledged).toBe(50);
  });
});

describe("faults", () => {
  it("sends a share of acknowledged messages once more, unchanged", async () => {
    const draws = [0.2, 0.9];
    const sender = test.openSender(test.org, {
      endpoint: () => endpoint.url,
      random: () => draws.shift() ?? 0.9,
    });
    sender.start();
    test.faults.duplicateShare = 0.5;
    draws.unshift(0.9);
    test.faults.acksLost = 0;
    await test.org.createOrders([draftOrder()]);
    await until(() => endpoint.arrivals.length === 2);
    await until(() => sender.overview().inFlight === 0);
    await test.org.createOrders([draftOrder()]);
    await until(() => sender.overview().acknowledged === 2 && sender.overview().inFlight === 0);
    expect(endpoint.arrivals).toHaveLength(3);
    expect(endpoint.arrivals[1]?.xml).toBe(endpoint.arrivals[0]?.xml);
    expect(sender.overview()).toMatchObject({ acknowledged: 2, pending: 0 });
  });

  it("sends again what was acknowledged when the acknowledgement is lost", async () => {
    test.faults.acksLost = 1;
    const sender = test.openSender(test.org, { endpoint: () => endpoint.url });
    sender.start();
    await test.org.createOrders([draftOrder()]);
    await until(() => endpoint.arrivals.length === 2);
    test.faults.acksLost = 0;
    await until(() => sender.overview().acknowledged === 1);
    expect(new Set(idsOf(endpoint.notifications())).size).toBe(1);
    expect(sender.overview().latest.at(-1)).toMatchObject({ status: "failed" });
  });

  it("lets messages leave and arrive in another order, with the state at the time of writing", async () => {
    test.faults.reorder = true;
    // The first message is held for almost four collecting times, the second not at all.
    const draws = [0, 0.99];
    const random = () => draws.shift() ?? 0;
    const sender = test.openSender(test.org, {
      endpoint: () => endpoint.url,
      random,
      timing: { ...FAST, batchAfterMs: 50 },
    });
    sender.start();
    const [order] = await test.org.createOrders([draftOrder({ TotalAmount: 1 })]);
    await until(() => sender.overview().inFlight === 1);
    await test.org.updateOrders([{ id: order?.Id ?? "", fields: { TotalAmount: 2 } }]);
    await until(() => sender.overview().acknowledged === 2);
    expect(endpoint.notifications().map((each) => each.fields["TotalAmount"])).toEqual(["2.0", "1.0"]);
  });

  it("draws the notifications of a message from all that are due", async () => {
    test.faults.reorder = true;
    const sender = test.openSender(test.org, { endpoint: () => endpoint.url });
    sender.start();
    const orders = await test.org.createOrders(Array.from({ length: 300 }, () => draftOrder()));
    await until(() => sender.overview().acknowledged === 300);
    const sent = endpoint.notifications().map((each) => each.fields["Id"]);
    expect(sent).not.toEqual(orders.map((order) => order.Id));
    expect(new Set(sent).size).toBe(300);
  });

  it("holds new notifications back by the extra delay", async () => {
    test.faults.extraDelayMs = 200;
    test.openSender(test.org, { endpoint: () => endpoint.url }).start();
    const start = Date.now();
    await test.org.createOrders([draftOrder()]);
    await until(() => endpoint.arrivals.length === 1);
    expect(Date.now() - start).toBeGreaterThanOrEqual(200);
  });
});

describe("a bulk load", () => {
  it("of 10,000 saves leaves as 100 messages of 100 and keeps no message", async () => {
    const sender = test.openSender(test.org, { endpoint: () => endpoint.url });
    sender.start();
    const seen = new Set<string>();
    let mostInFlight = 0;
    endpoint.answer = (response, n, arrival) => {
      for (const { fields } of arrival.message.notifications) seen.add(fields["Id"] ?? "");
      mostInFlight = Math.max(mostInFlight, sender.overview().inFlight);
      acknowledge(response, n, arrival);
    };
    await test.org.createOrders(Array.from({ length: 10_000 }, () => draftOrder()));
    await until(() => sender.overview().acknowledged === 10_000, 25_000);
    expect(endpoint.arrivals).toHaveLength(100);
    expect(endpoint.arrivals.every(({ message }) => message.notifications.length === 100)).toBe(true);
    expect(seen.size).toBe(10_000);
    expect(mostInFlight).toBeGreaterThan(1);
    expect(mostInFlight).toBeLessThanOrEqual(5);
    expect(sender.overview().latest).toHaveLength(50);
  });
});
