import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SALESFORCE_TIMING, toRetryMs } from "../../../local/salesforce/message-timing.ts";
import { ACK, acknowledge, draftOrder, FAST, openTestOrg, startEndpoint, until } from "./message-fixture.ts";

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

function startSender(o: Partial<Parameters<typeof test.openSender>[1]> = {}) {
  const sender = test.openSender(test.org, { endpoint: () => endpoint.url, ...o });
  sender.start();
  return sender;
}

async function createOrder(fields = {}): Promise<string> {
  const [order] = await test.org.createOrders([draftOrder(fields)]);
  return order?.Id ?? "";
}

describe("batches", () => {
  it("sends 250 saves of one moment as messages of 100, 100 and 50", async () => {
    const sender = startSender();
    const orders = await test.org.createOrders(Array.from({ length: 250 }, () => draftOrder()));
    await until(() => sender.overview().acknowledged === 250 && sender.overview().inFlight === 0);
    expect(
      endpoint.arrivals.map(({ message }) => message.notifications.length).sort((a, b) => b - a),
    ).toEqual([100, 100, 50]);
    const sent = endpoint.notifications();
    expect(new Set(sent.map((each) => each.fields["Id"]))).toEqual(new Set(orders.map((order) => order.Id)));
    expect(new Set(sent.map((each) => each.outboundMessageNotificationId)).size).toBe(250);
    expect(sender.overview()).toMatchObject({ pending: 0, inFlight: 0, dropped: 0 });
    expect(sender.overview().oldestPendingAt).toBeUndefined();
  });

  it("puts discrete saves of about the same moment into one message", async () => {
    const sender = startSender({ timing: { ...FAST, batchAfterMs: 600 } });
    const id = await createOrder();
    await test.org.updateOrders([{ id, fields: { Status: "Activated" } }]);
    await createOrder();
    await until(() => sender.overview().acknowledged === 3);
    expect(endpoint.arrivals).toHaveLength(1);
  });

  it("has no more than five messages under way", async () => {
    const held: (() => void)[] = [];
    endpoint.answer = (response, n, arrival) => held.push(() => acknowledge(response, n, arrival));
    const sender = startSender();
    await test.org.createOrders(Array.from({ length: 700 }, () => draftOrder()));
    await until(() => held.length === 5);
    expect(sender.overview().inFlight).toBe(5);
    held.shift()?.();
    await until(() => held.length === 5);
    expect(endpoint.arrivals).toHaveLength(6);
    endpoint.answer = acknowledge;
    for (const release of held) release();
    await until(() => sender.overview().acknowledged === 700);
    expect(endpoint.arrivals).toHaveLength(7);
  });
});

describe("a message", () => {
  it("has the headers of Salesforce", async () => {
    startSender();
    await createOrder();
    await until(() => endpoint.arrivals.length === 1);
    expect(endpoint.arrivals[0]?.headers).toMatchObject({
      "content-type": "text/xml; charset=UTF-8",
      soapaction: '""',
      "user-agent": "Jakarta Commons-HttpClient/3.1",
    });
  });

  it("carries the state at the time of sending, for each save once", async () => {
    let address: string | null = null;
    const sender = startSender({ endpoint: () => address });
    const id = await createOrder({ TotalAmount: 1100 });
    await test.org.updateOrders([{ id, fields: { Status: "In Approval" } }]);
    await test.org.updateOrders([{ id, fields: { Status: "Activated", TotalAmount: 12_345_678 } }]);
    address = endpoint.url;
    sender.retryNow();
    await until(() => sender.overview().acknowledged === 3);
    for (const { fields } of endpoint.notifications()) {
      expect(fields).toMatchObject({ Id: id, Status: "Activated", TotalAmount: "1.2345678E7" });
    }
  });

  it("contains no data of an order that was deleted meanwhile", async () => {
    let address: string | null = null;
    const sender = startSender({ endpoint: () => address });
    const id = await createOrder();
    await test.org.deleteOrders([id]);
    address = endpoint.url;
    sender.retryNow();
    await until(() => sender.overview().acknowledged === 1);
    expect(endpoint.notifications().map((each) => each.fields)).toEqual([{}]);
  });

  it("is not sent for a delete, and is sent for an undelete", async () => {
    const sender = startSender();
    const id = await createOrder();
    await until(() => sender.overview().acknowledged === 1);
    await test.org.deleteOrders([id]);
    expect(sender.overview().pending).toBe(0);
    await test.org.undeleteOrders([id]);
    await until(() => sender.overview().acknowledged === 2);
    expect(endpoint.notifications()[1]?.fields["Id"]).toBe(id);
  });

  it("selects the fields of the setting", async () => {
    startSender({ fields: ["Status", "Description", "Region__c"] });
    await createOrder({ Region__c: "EMEA" });
    await until(() => endpoint.arrivals.length === 1);
    expect(Object.keys(endpoint.notifications()[0]?.fields ?? {})).toEqual(["Id", "Region__c", "Status"]);
  });
});

describe("an answer", () => {
  const fault = ACK.replace(
    /<notificationsResponse.*<\/notificationsResponse>/,
    "<soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>The storage is away.</faultstring></soapenv:Fault>",
  );
  it.each([
    ["a SOAP fault", 500, fault, "The storage is away."],
    ["a SOAP fault with status 200", 200, fault, "The storage is away."],
    ["Ack false", 200, ACK.replace("true", "false"), "SOAP response was a nack"],
    ["an Ack with status 202", 202, ACK, "HTTP status 202"],
    ["an Ack with status 500", 500, ACK, "HTTP status 500"],
    ["an Ack in another namespace", 200, ACK.replace("2005/09/outbound", "2005/09/inbound"), "no Ack"],
    ["an Ack in another element", 200, ACK.replaceAll("notificationsResponse", "notifications"), "no Ack"],
    ["an empty body", 200, "", "not SOAP"],
    ["a page", 200, "<html><body>OK</body></html>", "no Ack"],
    ["plain text", 200, "OK", "not SOAP"],
    ["half an Ack", 200, ACK.slice(0, -10), "not SOAP"],
    ["a redirect", 302, "", "redirects are not followed"],
  ])("that is %s is a failure, and the same ids are sent again", async (_, status, body, reason) => {
    endpoint.answer = (response, n, arrival) => {
      if (n > 0) return acknowledge(response, n, arrival);
      response.writeHead(status, status === 302 ? { Location: endpoint.url } : {}).end(body);
    };
    const sender = startSender();
    await createOrder();
    await until(() => sender.overview().acknowledged === 1);
    const [first, second] = endpoint.notifications();
    expect(endpoint.arrivals).toHaveLength(2);
    expect(second?.outboundMessageNotificationId).toBe(first?.outboundMessageNotificationId);
    expect(first?.outboundMessageNotificationId).toMatch(/^04l[a-zA-Z0-9]{12}[A-Z0-5]{3}$/);
    const [last, failed] = sender.overview().latest;
    expect(last).toMatchObject({ status: "acknowledged", notifications: 1 });
    expect(failed).toMatchObject({ status: "failed", reason: expect.stringContaining(reason) });
  });

  it("counts with any prefix and with white space around it", async () => {
    endpoint.answer = (response) =>
      response
        .writeHead(200)
        .end(
          '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>\n' +
            '<o:notificationsResponse xmlns:o="http://soap.sforce.com/2005/09/outbound"><o:Ack> true\n</o:Ack>' +
            "</o:notificationsResponse></S:Body></S:Envelope>",
        );
    const sender = startSender();
    await createOrder();
    await until(() => sender.overview().acknowledged === 1);
    expect(endpoint.arrivals).toHaveLength(1);
  });

  it("that does not come in time is a failure", async () => {
    endpoint.answer = (response, n, arrival) => {
      if (n > 0) acknowledge(response, n, arrival);
      else response.writeHead(200).write(ACK.slice(0, 50));
    };
    const sender = startSender({ timing: { ...FAST, timeoutMs: 60 } });
    await createOrder();
    await until(() => sender.overview().acknowledged === 1);
    expect(sender.overview().latest[1]).toMatchObject({
      status: "failed",
      reason: "No answer within 0.06 s",
    });
  });

  it("that cannot come because nobody listens is a failure", async () => {
    const nobody = await startEndpoint();
    await nobody.close();
    const sender = startSender({
      endpoint: () => (sender.overview().latest.length > 0 ? endpoint.url : nobody.url),
    });
    await createOrder();
    await until(() => sender.overview().acknowledged === 1);
    expect(sender.overview().latest[1]?.reason).toContain("ECONNREFUSED");
    expect(sender.overview().latest[1]?.reason).not.toContain("code=");
  });
});

describe("time", () => {
  it("doubles from 5 seconds to two hours, as Salesforce does", () => {
    const waits = Array.from({ length: 13 }, (_, index) => toRetryMs(index + 1, SALESFORCE_TIMING) / 1_000);
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200, 7200]);
  });

  it("waits longer after each failure, up to the longest", async () => {
    endpoint.answer = (response) => response.writeHead(500).end();
    startSender({ timing: { ...FAST, firstRetryMs: 100, longestRetryMs: 200 } });
    await createOrder();
    await until(() => endpoint.arrivals.length === 6);
    const times = endpoint.arrivals.map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    for (const [index, least] of [100, 200, 200, 200, 200].entries()) {
      expect(gaps[index]).toBeGreaterThanOrEqual(least - 2);
    }
    // Without a longest one it would be 1,600.
    expect(gaps[4]).toBeLessThan(1_500);
  });

  it("drops what nobody acknowledged for 24 hours, with the last reason", async () => {
    let now = Date.parse("2026-11-22T10:00:00Z");
    endpoint.answer = (response) => response.writeHead(503).end();
    const sender = startSender({ now: () => new Date(now), timing: SALESFORCE_TIMING });
    const id = await createOrder();
    now += 1_000;
    sender.retryNow();
    await until(() => sender.overview().latest.length === 1);
    now = Date.parse("2026-11-23T09:59:59Z");
    sender.retryNow();
    await until(() => sender.overview().latest.length === 2);
    expect(sender.overview()).toMatchObject({ pending: 1, oldestPendingAt: "2026-11-22T10:00:00.000Z" });
    now = Date.parse("2026-11-23T10:00:00Z");
    sender.retryNow();
    await until(() => sender.overview().dropped === 1);
    expect(sender.overview()).toMatchObject({ pending: 0, acknowledged: 0 });
    expect(sender.overview().latestDropped).toEqual([
      {
        id: endpoint.notifications()[0]?.outboundMessageNotificationId,
        orderId: id,
        queuedAt: "2026-11-22T10:00:00.000Z",
        droppedAt: "2026-11-23T10:00:00.000Z",
        failures: 2,
        reason: "HTTP status 503",
      },
    ]);
    expect(endpoint.arrivals).toHaveLength(2);
  });

  it("ages without an endpoint, too, and keeps the latest 50 failures", async () => {
    const sender = startSender({ endpoint: () => null, timing: { ...FAST, giveUpAfterMs: 300 } });
    await test.org.createOrders(Array.from({ length: 1_200 }, () => draftOrder()));
    await until(() => sender.overview().dropped === 1_200);
    expect(sender.overview().pending).toBe(0);
    expect(sender.overview().latestDropped).toHaveLength(50);
    expect(sender.overview().latestDropped[0]?.orderId).toBe(
      test.org.listOrders({ newestFirst: true })[0]?.Id,
    );
    expect(endpoint.arrivals).toHaveLength(0);
  });

  it("finds an endpoint that becomes known later", async () => {
    let address: string | null = null;
    const sender = startSender({ endpoint: () => address });
    await createOrder();
    await until(() => sender.overview().pending === 1);
    address = endpoint.url;
    await until(() => sender.overview().acknowledged === 1);
    expect(endpoint.arrivals).toHaveLength(1);
  });
});
