import { describe, expect, it } from "vitest";
import { startApp } from "../support/start-app.ts";

const app = await startApp({ platformAuth: false });

describe("without App Service Authentication", () => {
  it.each([
    ["POST", "/api/negotiate"],
    ["GET", "/api/notifications"],
    ["POST", "/api/notifications/receipts"],
    ["GET", "/api/subscriptions"],
    ["PUT", "/api/subscriptions/all"],
    ["PUT", "/api/admin/grants/ada/all"],
  ])("%s %s refuses with 503 and says why, whatever principal the client claims", async (method, path) => {
    const principal = Buffer.from(JSON.stringify({ claims: [] })).toString("base64");
    for (const headers of [{}, { "x-ms-client-principal-id": "ada", "x-ms-client-principal": principal }]) {
      const response = await fetch(app.url + path, { method, headers });
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({
        detail: expect.stringContaining("App Service Authentication is off"),
      });
    }
  });

  it("Salesforce is still heard: its endpoint has a key of its own", async () => {
    expect(await app.postOrders({})).toMatchObject({ acknowledged: true });
  });
});
