import { createServer } from "node:http";
import { afterAll, describe, expect, it } from "vitest";
import { until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

/** A SignalR service that answers as told; not on 127.0.0.1, where the runtime would put its own. */
let status = 202;
const asked: string[] = [];
const service = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    asked.push(body);
    response.writeHead(status).end();
  });
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

const findEchoes = () => asked.filter((body) => body.includes('"receipts"'));

describe("while SignalR refuses", () => {
  it("a receipt is recorded and answered at once, and told to other devices when it is back", async () => {
    const orderId = "801000000000001AAA";
    const ada = await app.follow("ada", `order:${orderId}`);
    await app.postOrders({ Id: orderId });
    const ids = await until(async () => {
      const { items } = await ada.inbox();
      return items.length > 0 && items.map(({ id }) => id);
    });
    app.expectErrors(/503|400/);
    status = 400;
    const answer = await ada.call("POST", "/api/notifications/receipts", { ids, state: "seen" });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ updated: 1, unknown: [] });
    expect((await ada.inbox()).items.map(({ state }) => state)).toEqual(["seen"]);
    const refused = await until(async () => findEchoes().length > 0 && findEchoes().length);
    status = 202;
    await until(async () => findEchoes().length > refused, 20_000);
    expect(JSON.parse(String(findEchoes().at(-1)))).toMatchObject({ Arguments: [{ ids, state: "seen" }] });
  });
});
