import { createServer } from "node:http";
import { afterAll, describe, expect, it } from "vitest";
import { manifestSchema } from "../../src/domain/manifest.ts";
import { until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

/** A SignalR service that answers as told; not on 127.0.0.1, where the runtime would put its own. */
let status = 202;
const asked: string[] = [];
const service = createServer((request, response) => {
  asked.push(String(request.url));
  request.resume().on("end", () => response.writeHead(status).end());
});
await new Promise<void>((resolve) => void service.listen(0, "127.0.0.2", resolve));
afterAll(() => void service.close());
const address = service.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
const app = await startApp({
  settings: {
    AzureSignalRConnectionString: `Endpoint=http://127.0.0.2;Port=${port};AccessKey=${"k".repeat(44)};Version=1.0;`,
  },
});

const settle = (orderId: string) =>
  until(async () => {
    const [one] = await app.orchestrations(orderId);
    return one?.runtimeStatus === "Completed" && manifestSchema.parse(one.output);
  }, 80_000);

describe("while SignalR refuses", () => {
  it("the inbox has the notification, and the push is tried again until it goes through", async () => {
    const orderId = "801000000000001AAA";
    app.expectErrors(/400/);
    const ada = await app.follow("ada", `order:${orderId}`);
    status = 400;
    await app.postOrders({ Id: orderId });
    const { items } = await until(async () => {
      const page = await ada.inbox();
      return page.items.length > 0 && page;
    });
    await until(async () => asked.length > 0);
    status = 202;
    expect(await settle(orderId)).toMatchObject({ outcome: "completed", counts: { stored: 1, pushed: 1 } });
    expect((await ada.inbox()).items).toEqual(items);
    expect(asked.every((url) => url.startsWith("/api/hubs/orders/users/ada/"))).toBe(true);
  });

  it(
    "for good, the manifest names who could not be reached, and the inbox has it all the same",
    { timeout: 90_000 },
    async () => {
      const orderId = "801000000000002AAA";
      app.expectErrors(/400/);
      const grace = await app.follow("grace", `order:${orderId}`);
      status = 400;
      await app.postOrders({ Id: orderId });
      const manifest = await settle(orderId);
      expect(manifest).toMatchObject({
        outcome: "completedWithFailures",
        counts: { recipients: 1, stored: 1, pushed: 0, quarantined: 1, failedBatches: 1 },
        firstPage: {
          batches: [
            {
              outcome: "split",
              quarantined: [{ target: { kind: "user", userId: "grace" }, isStored: true }],
            },
          ],
        },
      });
      expect((await grace.inbox()).items).toHaveLength(1);
    },
  );
});
