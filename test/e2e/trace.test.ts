import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { afterAll, describe, expect, it } from "vitest";
import { createOrderBell } from "../../web/client/create-order-bell.ts";
import type { PushConnection } from "../../web/client/push-connection.ts";
import { type Person, until } from "../support/app-client.ts";
import { type CollectedSpan, startOtlpCollector } from "../support/otlp-collector.ts";
import { startApp } from "../support/start-app.ts";

const collector = await startOtlpCollector();
afterAll(() => collector.stop());
const app = await startApp({
  settings: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "100" },
});

const orderId = "801000000000001AAA";
const notificationId = "04l000000000001AAA";
const user = "ada-of-the-trace";

/** The client that pages load, with a cookie instead of a browser around it. */
function openBell({ cookie }: Person) {
  const connect = (baseUrl: string): PushConnection => {
    const hub = new HubConnectionBuilder()
      .withUrl(`${baseUrl}/api`, { headers: { cookie } })
      .configureLogging(LogLevel.None)
      .build();
    return {
      start: () => hub.start(),
      stop: () => hub.stop(),
      on: (method, listener) => hub.on(method, listener),
      onClose: (listener) => hub.onclose(() => listener()),
    };
  };
  return createOrderBell({
    baseUrl: app.url,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set("cookie", cookie);
      return fetch(input, { ...init, headers });
    },
    createConnection: (baseUrl) => Promise.resolve(connect(baseUrl)),
  });
}

const find = (name: string): CollectedSpan | undefined => collector.spans.find((span) => span.name === name);

describe("an order that changes", () => {
  it("is followed under one trace id from the outbound message to the receipt of the browser", async () => {
    const person = await app.follow(user, `order:${orderId}`);
    const bell = openBell(person);
    bell.start();
    await until(async () => bell.state.status === "live");
    const answer = await app.postMessage({ orders: [{ Id: orderId }], notificationIds: [notificationId] });
    expect(answer.acknowledged).toBe(true);
    await until(async () => find("receipt"), 10_000);
    await until(async () => find("push"), 10_000);
    const { items } = bell.state;
    await bell.stop();
    expect(items).toMatchObject([{ orderId }]);
    // What the client shows is what is said to the person, and nothing of how it came.
    expect(items[0]).not.toHaveProperty("traceparent");

    const [message, claim, deliver, push, receipt] = [
      "outbound-message",
      "claim",
      "deliver-batch",
      "push",
      "receipt",
    ].map(find);
    const { traceId, spanId } = message ?? { traceId: "", spanId: "" };
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    expect([claim, deliver, push, receipt].map((span) => span?.traceId)).toEqual(Array(4).fill(traceId));
    expect([claim?.parentSpanId, deliver?.parentSpanId]).toEqual([spanId, spanId]);
    expect(push?.parentSpanId).toBe(deliver?.spanId);
    expect(receipt?.parentSpanId).toBe(push?.spanId);
    const [orchestration] = await app.orchestrations(orderId);
    const instanceId = orchestration?.instanceId;
    expect(message?.attributes).toEqual({
      orderId,
      instanceId,
      outboundMessageNotificationId: notificationId,
    });
    expect(claim?.attributes).toEqual({ orderId, instanceId });
    expect(deliver?.attributes).toEqual({ orderId, instanceId, count: 1 });
    expect(push?.attributes).toEqual({ orderId, instanceId, count: 1 });
    expect(receipt?.attributes).toEqual({ state: "received", count: 1 });
  });

  it("leaves no person, title or key in what is exported", () => {
    const exported = collector.bodies.join("\n");
    expect(exported).toContain(orderId);
    for (const secret of [user, "was created", "code=local", "AccountKey"]) {
      expect(exported).not.toContain(secret);
    }
    expect(collector.resources[0]).toMatchObject({ "service.name": "orderbell" });
  });

  it("is counted for the operator's page of the local runtime", async () => {
    const page = await fetch(`${app.url}/.runtime/?format=json`);
    const { figures } = (await page.json()) as { figures: { name: string; total: number; by: object }[] };
    const figure = (name: string) => figures.find((one) => one.name === name);
    expect(figure("orderbell.changes")).toMatchObject({ total: 1, by: { "route=outboundMessage": 1 } });
    expect(figure("orderbell.push.latency")).toMatchObject({
      total: 1,
      percentiles: { p50: expect.any(Number) },
    });
    expect(figure("orderbell.receipts")).toMatchObject({ by: { "state=received": 1 } });
    expect(figure("orderbell.storage.operations")?.by).toMatchObject({
      "table=Inbox operation=transaction": expect.any(Number),
      "table=Orders operation=transaction": expect.any(Number),
    });
    const html = await (await fetch(`${app.url}/.runtime/`)).text();
    expect(html).toContain("orderbell.push.latency");
  });
});
