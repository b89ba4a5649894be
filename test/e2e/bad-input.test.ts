import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { openOrdersTable } from "../../src/storage/orders-table.ts";
import { toOutboundMessageXml } from "../support/outbound-message.ts";
import { createOrderChange } from "../support/order-change.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();

/** Everything the app may have written about orders. */
async function countOrderRows(): Promise<number> {
  // Reading creates the table where nothing was written yet.
  await openOrdersTable(app.storage).readOrder(createOrderChange().orderId);
  const client = TableClient.fromConnectionString(app.storage, "Orders", { allowInsecureConnection: true });
  let rows = 0;
  for await (const _ of client.listEntities()) rows += 1;
  return rows;
}

const valid = toOutboundMessageXml({ orders: [{}] });
const withField = (name: string, value: string | null) =>
  toOutboundMessageXml({ orders: [{}, { [name]: value }] });

describe("the outbound-message endpoint", () => {
  it.each([
    ["malformed XML", valid.replace("</sObject>", ""), /not well-formed|XML/],
    ["a truncated message", valid.slice(0, -20), /XML/],
    [
      "a DOCTYPE",
      valid.replace("<soapenv:Envelope", '<!DOCTYPE x [<!ENTITY a "b">]><soapenv:Envelope'),
      /DOCTYPE/,
    ],
    ["an empty body", "", /XML|empty/i],
    [
      "another organisation",
      toOutboundMessageXml({ organizationId: "00D000000000002EAA", orders: [{}] }),
      /SALESFORCE_ORG_IDS/,
    ],
    ["101 notifications", toOutboundMessageXml({ orders: Array.from({ length: 101 }, () => ({})) }), /100/],
    ["an order without Status", withField("Status", null), /Status/],
    ["an order without Id", withField("Id", null), /Id/],
    ["an order without CreatedDate", withField("CreatedDate", null), /CreatedDate/],
    ["an order without SystemModstamp", withField("SystemModstamp", null), /SystemModstamp/],
    ["a Status of 40,000 characters", withField("Status", "x".repeat(40_000)), /Status has 40000 characters/],
    ["an amount that is no number", withField("TotalAmount", "a lot"), /TotalAmount/],
    [
      "an instant that does not exist",
      withField("SystemModstamp", "2026-02-31T10:00:00.000Z"),
      /SystemModstamp/,
    ],
  ])("answers %s with a fault that says why, and writes nothing", async (_name, body, reason) => {
    const answer = await app.postXml(body);
    expect(answer.acknowledged).toBe(false);
    expect([400, 403]).toContain(answer.status);
    expect(answer.body).toContain("<faultcode>soapenv:Client</faultcode>");
    expect(/<faultstring>(.*)<\/faultstring>/s.exec(answer.body)?.[1]).toMatch(reason);
    expect(await countOrderRows()).toBe(0);
  });

  it.each(["application/json", "text/plain", "application/soap+xml", "text/xml; charset=iso-8859-1"])(
    "refuses the content type %s",
    async (contentType) => {
      const answer = await app.postXml(valid, { contentType });
      expect(answer).toMatchObject({
        status: 400,
        acknowledged: false,
        body: expect.stringContaining("faultstring"),
      });
      expect(await countOrderRows()).toBe(0);
    },
  );

  it.each(["", "wrong"])("answers the function key %j with the host's bare 401", async (key) => {
    expect(await app.postXml(valid, { key })).toMatchObject({ status: 401, body: "" });
    expect(await countOrderRows()).toBe(0);
  });
});

describe("the endpoints of a person", () => {
  const paths = [
    ["POST", "/api/negotiate"],
    ["GET", "/api/notifications"],
    ["POST", "/api/notifications/receipts"],
    ["GET", "/api/subscriptions"],
    ["PUT", "/api/subscriptions/all"],
    ["PUT", "/api/admin/grants/ada/all"],
  ] as const;

  it.each(paths)(
    "answer %s %s with 401 when nobody is signed in, whatever principal the client claims",
    async (method, path) => {
      const principal = {
        auth_typ: "aad",
        claims: [{ typ: "roles", val: "OrderBell.Admin" }],
        name_typ: "name",
        role_typ: "roles",
      };
      const headers = {
        "x-ms-client-principal-id": "ada",
        "X-MS-CLIENT-PRINCIPAL-NAME": "ada",
        "x-ms-client-principal-idp": "aad",
        "x-ms-client-principal": Buffer.from(JSON.stringify(principal)).toString("base64"),
      };
      expect((await fetch(app.url + path, { method })).status).toBe(401);
      expect((await fetch(app.url + path, { method, headers })).status).toBe(401);
      expect(
        (
          await fetch(app.url + path, {
            method,
            headers: { ...headers, cookie: "AppServiceAuthSession=x.y.z" },
          })
        ).status,
      ).toBe(401);
    },
  );

  it("take the person from the session when the client claims to be someone else", async () => {
    const grace = await app.follow("grace", "all");
    const response = await fetch(`${app.url}/api/subscriptions`, {
      headers: { cookie: grace.cookie, "x-ms-client-principal-id": "ada" },
    });
    expect(await response.json()).toMatchObject({ grants: [{ scope: "all" }] });
  });

  it("are closed to people without the role", async () => {
    const ada = await app.signIn("ada");
    for (const [method, path] of [
      ["PUT", "/api/admin/grants/ada/all"],
      ["DELETE", "/api/admin/grants/ada/all"],
      ["PUT", "/api/admin/groups/sales/members/ada"],
      ["PUT", "/api/admin/subscriptions"],
    ] as const) {
      const response = await ada.call(method, path);
      expect(response.status).toBe(403);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("refuse a page of another origin, and bodies that are not JSON", async () => {
    const ada = await app.follow("ada", "all");
    const put = (headers: Record<string, string>) =>
      fetch(`${app.url}/api/subscriptions/all`, {
        method: "PUT",
        body: "{}",
        headers: { cookie: ada.cookie, ...headers },
      });
    const json = { "content-type": "application/json" };
    expect((await put({ ...json, origin: "https://evil.example" })).status).toBe(403);
    expect((await put({ ...json, origin: "null" })).status).toBe(403);
    expect((await put({ "content-type": "text/plain" })).status).toBe(415);
    expect((await put({ ...json, origin: app.url })).status).toBe(200);
  });

  it.each([
    ["PUT", "/api/subscriptions/everything", {}],
    ["PUT", "/api/subscriptions/account:1", {}],
    ["PUT", "/api/subscriptions/all", { transitions: ["exploded"] }],
    ["PUT", "/api/subscriptions/all", { unknown: true }],
    ["PUT", "/api/subscriptions/all", { minimumAmount: "1e9" }],
    ["POST", "/api/notifications/receipts", { ids: ["x"], state: "read" }],
    ["POST", "/api/notifications/receipts", { ids: [], state: "read" }],
    [
      "POST",
      "/api/notifications/receipts",
      { ids: ["8220000000000-aaaaaaaaaaaaaaaaaaaaaa"], state: "unread" },
    ],
    ["GET", "/api/notifications?since=yesterday", undefined],
    ["GET", "/api/notifications?limit=0", undefined],
    ["GET", "/api/notifications?state=lost", undefined],
  ])("answer %s %s %j with a problem that names the place", async (method, path, body) => {
    const ada = await app.follow("ada", "all");
    const response = await ada.call(method, path, body);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem: unknown = await response.json();
    expect(problem).toMatchObject({ status: 400, errors: [expect.any(String)] });
  });

  it.each([
    "/api/admin/grants/%20/all",
    "/api/admin/grants/a%2Fb/all",
    "/api/admin/grants/ada/account:1",
    `/api/admin/groups/${"ж".repeat(129)}/members/ada`,
  ])("refuse %s from an administrator too", async (path) => {
    const admin = await app.signIn("admin", ["OrderBell.Admin"]);
    expect((await admin.call("PUT", path)).status).toBe(400);
  });

  it("import subscriptions whole or not at all, and name the wrong lines", async () => {
    const admin = await app.signIn("admin", ["OrderBell.Admin"]);
    const good = { scope: "all", target: { kind: "user", userId: "imported" } };
    const blank = { ...good, target: { kind: "user", userId: "\u00a0" } };
    const lines = [good, { ...good, scope: "none" }, { ...good, target: { kind: "everyone" } }, blank].map(
      (line) => JSON.stringify(line),
    );
    const response = await fetch(`${app.url}/api/admin/subscriptions`, {
      method: "PUT",
      headers: { cookie: admin.cookie, "content-type": "application/x-ndjson" },
      body: [...lines, "not json"].join("\n"),
    });
    const imported = await app.signIn("imported");
    expect(await response.json()).toMatchObject({
      errors: [
        expect.stringContaining("line 2"),
        expect.stringContaining("line 3"),
        expect.stringContaining("line 4"),
        expect.stringContaining("line 5"),
      ],
    });
    expect(await (await imported.call("GET", "/api/subscriptions")).json()).toMatchObject({ items: [] });
  });
});

describe("the pages", () => {
  it("are found from / by whoever is signed in, and nothing beside them is served", async () => {
    expect((await fetch(app.url)).status).toBe(401);
    const ada = await app.signIn("ada");
    expect((await ada.call("GET", "/")).url).toBe(`${app.url}/app/`);
    const page = await fetch(`${app.url}/app/`);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    for (const path of [
      "/app/..%2f..%2fpackage.json",
      "/app/..%5c..%5cpackage.json",
      "/app/assets",
      "/app/index.js",
    ]) {
      // The platform does not pass on encoded slashes to a path that needs no sign-in.
      expect([401, 404]).toContain((await fetch(app.url + path)).status);
    }
  });
});
