import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import { openSalesforce, type Salesforce } from "../../../src/ingress/salesforce.ts";
import { startAnswering, type Answer, type Answering, type Asked } from "./start-answering.ts";

// jsforce reads them when it is loaded, and would send even loopback calls through a proxy.
vi.hoisted(() => {
  for (const name of ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"]) delete process.env[name];
});

const EXPIRED: Answer = {
  status: 401,
  json: [{ message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" }],
};
const ORDER = {
  attributes: { type: "Order", url: "/services/data/v66.0/sobjects/Order/801000000000001AAA" },
  Id: "801000000000001AAA",
  TotalAmount: 1100,
  IsDeleted: false,
  PoNumber: null,
  SystemModstamp: "2026-11-22T10:00:00.000+0000",
  BillingAddress: { city: "Kiel" },
};
const ONE_PAGE: Answer = { json: { totalSize: 1, done: true, records: [ORDER] } };
const SOQL = "SELECT Id FROM Order";

let server: Answering;
let now: number;
let tokensGiven: number;
/** What the REST API answers; the token call gives token-1, token-2… */
let rest: (asked: Asked) => Answer;
let signIn: () => Answer;
const opened: Answering[] = [];

async function start(): Promise<Answering> {
  const answering = await startAnswering((asked) =>
    asked.path === "/services/oauth2/token" ? signIn() : rest(asked),
  );
  opened.push(answering);
  return answering;
}

beforeEach(async () => {
  now = Date.parse("2026-11-22T10:00:00Z");
  tokensGiven = 0;
  rest = () => ONE_PAGE;
  signIn = () => {
    tokensGiven += 1;
    return {
      json: {
        access_token: `token-${tokensGiven}`,
        instance_url: server.url,
        id: `${server.url}/id/00D000000000001EAA/005000000000001AAA`,
        token_type: "Bearer",
      },
    };
  };
  server = await start();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((answering) => answering.close()));
});

function open(o: { timeoutMs?: number; loginUrl?: string } = {}): Salesforce {
  return openSalesforce(
    {
      kind: "clientCredentials",
      loginUrl: o.loginUrl ?? server.url,
      clientId: "orderbell",
      clientSecret: "the-very-secret",
    },
    { now: () => new Date(now), timeoutMs: o.timeoutMs ?? 5_000 },
  );
}

async function failure(promise: Promise<unknown>): Promise<SalesforceError> {
  const error: unknown = await promise.then(
    () => expect.fail("it did not fail"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SalesforceError);
  return error as SalesforceError;
}

describe("signing in", () => {
  it("sends the client's credentials and uses the token for many calls", async () => {
    const salesforce = open();
    await salesforce.queryOrders(SOQL);
    await salesforce.queryOrders(SOQL);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /services/oauth2/token",
      "GET /services/data/v66.0/queryAll?q=SELECT%20Id%20FROM%20Order",
      "GET /services/data/v66.0/queryAll?q=SELECT%20Id%20FROM%20Order",
    ]);
    expect(Object.fromEntries(new URLSearchParams(server.asked[0]?.body))).toEqual({
      grant_type: "client_credentials",
      client_id: "orderbell",
      client_secret: "the-very-secret",
    });
    expect(server.asked[0]?.authorization).toBeUndefined();
    expect(server.asked[2]?.authorization).toBe("Bearer token-1");
  });

  it("signs in once for calls made at the same time", async () => {
    const salesforce = open();
    await Promise.all(Array.from({ length: 8 }, () => salesforce.queryOrders(SOQL)));
    expect(tokensGiven).toBe(1);
    expect(server.asked).toHaveLength(9);
  });

  it("follows the organisation to the address that the token answer names", async () => {
    const moved = await start();
    const salesforce = open();
    const first = signIn;
    signIn = () => ({ json: { ...(first().json as object), instance_url: `${moved.url}/` } });
    await salesforce.queryOrders(SOQL);
    expect(server.asked).toHaveLength(1);
    expect(moved.asked).toHaveLength(1);
  });

  it("does not use a session for an address that is neither https nor this machine", async () => {
    signIn = () => ({ json: { access_token: "token", instance_url: "http://acme.my.salesforce.com" } });
    expect((await failure(open().queryOrders(SOQL))).problem).toBe("unreadableAnswer");
  });

  it.each([
    [{ json: {} }],
    [{ json: [] }],
    [{ text: "ok" }],
    [{ status: 302, headers: { location: "/elsewhere" } }],
  ])("refuses %j as a token", async (answer: Answer) => {
    signIn = () => answer;
    const error = await failure(open().queryOrders(SOQL));
    expect(error.problem).toBe("unreadableAnswer");
    expect(error.message).toContain("My Domain");
    expect(server.asked).toHaveLength(1);
  });

  it("remembers a refused sign-in for a minute, without asking again, and never names the secret", async () => {
    signIn = () => ({
      status: 400,
      json: { error: "invalid_client", error_description: "invalid client credentials" },
    });
    const salesforce = open();
    const first = await failure(salesforce.queryOrders(SOQL));
    now += 59_000;
    const second = await failure(salesforce.queryOrders(SOQL));
    expect([first.problem, second.problem]).toEqual(["loginRefused", "loginRefused"]);
    expect(first).toMatchObject({ retryable: false, status: 400 });
    expect(first.message).toContain("SALESFORCE_CLIENT_SECRET");
    expect(JSON.stringify([first.message, first.stack])).not.toContain("the-very-secret");
    expect(server.asked).toHaveLength(1);
    now += 1_000;
    await failure(salesforce.queryOrders(SOQL));
    expect(server.asked).toHaveLength(2);
  });
});

describe("a session that is refused", () => {
  it("costs two calls from cold and none in the following minute, however often it is tried", async () => {
    rest = () => EXPIRED;
    const salesforce = open();
    expect((await failure(salesforce.queryOrders(SOQL))).problem).toBe("sessionRefused");
    now += 59_999;
    expect((await failure(salesforce.findFields(["Id"]))).problem).toBe("sessionRefused");
    expect((await failure(salesforce.retrieveOrders([ORDER.Id], ["Id"]))).problem).toBe("sessionRefused");
    expect(server.asked).toHaveLength(2);
  });

  it("costs three calls with an old token", async () => {
    const salesforce = open();
    await salesforce.queryOrders(SOQL);
    server.asked.length = 0;
    now += 3_600_000;
    rest = () => EXPIRED;
    const error = await failure(salesforce.queryOrders(SOQL));
    expect(error).toMatchObject({ problem: "sessionRefused", status: 401, retryable: true });
    await failure(salesforce.queryOrders(SOQL));
    expect(server.asked.map(({ path }) => path.split("?")[0])).toEqual([
      "/services/data/v66.0/queryAll",
      "/services/oauth2/token",
      "/services/data/v66.0/queryAll",
    ]);
  });

  it("is renewed unseen when the fresh token is taken, with one sign-in for all calls at the same time", async () => {
    const salesforce = open();
    await salesforce.queryOrders(SOQL);
    now += 3_600_000;
    rest = ({ authorization }) => (authorization === "Bearer token-2" ? ONE_PAGE : EXPIRED);
    const pages = await Promise.all(Array.from({ length: 8 }, () => salesforce.queryOrders(SOQL)));
    expect(pages.every(({ orders }) => orders.length === 1)).toBe(true);
    expect(tokensGiven).toBe(2);
  });

  it("is asked for anew a minute later", async () => {
    rest = () => EXPIRED;
    const salesforce = open();
    await failure(salesforce.queryOrders(SOQL));
    now += 60_000;
    rest = () => ONE_PAGE;
    expect((await salesforce.queryOrders(SOQL)).orders).toHaveLength(1);
  });
});

describe("reading orders", () => {
  it("spells the fields as an outbound message would and leaves out what is no plain value", async () => {
    expect(await open().queryOrders(SOQL)).toEqual({
      orders: [
        {
          Id: "801000000000001AAA",
          TotalAmount: "1100",
          IsDeleted: "false",
          PoNumber: null,
          SystemModstamp: "2026-11-22T10:00:00.000+0000",
        },
      ],
      next: null,
    });
  });

  it("goes from page to page, also of more than a stream's buffer", async () => {
    const records = Array.from({ length: 2_000 }, () => ORDER);
    const next = "/services/data/v66.0/query/0r8xx0000000001AAA-2000";
    rest = ({ path }) =>
      path === next ? ONE_PAGE : { json: { totalSize: 2_001, done: false, nextRecordsUrl: next, records } };
    const salesforce = open();
    const first = await salesforce.queryOrders(SOQL);
    expect(first.orders).toHaveLength(2_000);
    expect(first.next).toBe(next);
    expect((await salesforce.queryMoreOrders(next)).next).toBeNull();
  });

  it.each([
    "https://evil.example/services/data/v66.0/query/01g-1",
    "//evil.example/services/data/v66.0/query/01g-1",
    "/services/oauth2/revoke",
    "/services/data/v66.0/query/../limits",
    "/services/data/v66.0/query/01g-1?q=x",
    "",
  ])("refuses a next page at %j", async (nextRecordsUrl) => {
    rest = () => ({ json: { done: false, records: [], nextRecordsUrl } });
    const salesforce = open();
    expect((await failure(salesforce.queryOrders(SOQL))).problem).toBe("unreadableAnswer");
    expect((await failure(salesforce.queryMoreOrders(nextRecordsUrl))).problem).toBe("unreadableAnswer");
    expect(server.asked).toHaveLength(2);
  });

  it.each([
    [{ json: {} }],
    [{ json: { done: false, records: [] } }],
    [{ json: { done: true, records: [1] } }],
  ])("refuses %j as a page", async (answer: Answer) => {
    rest = () => answer;
    expect((await failure(open().queryOrders(SOQL))).problem).toBe("unreadableAnswer");
  });

  it("reads many orders by one call and leaves out those that are gone", async () => {
    rest = () => ({ json: [ORDER, null] });
    const ids = ["801000000000001AAA", "801000000000002AAA"];
    const orders = await open().retrieveOrders(ids, ["Id", "TotalAmount", "Id"]);
    expect(orders.map(({ Id }) => Id)).toEqual(["801000000000001AAA"]);
    expect(server.asked[1]).toMatchObject({
      method: "POST",
      path: "/services/data/v66.0/composite/sobjects/Order",
    });
    expect(JSON.parse(server.asked[1]?.body ?? "")).toEqual({ ids, fields: ["Id", "TotalAmount"] });
  });

  it("calls nobody for no orders, for too many, or for ids that are none", async () => {
    const salesforce = open();
    expect(await salesforce.retrieveOrders([], ["Id"])).toEqual([]);
    const tooMany = Array.from({ length: 2_001 }, () => ORDER.Id);
    expect((await failure(salesforce.retrieveOrders(tooMany, ["Id"]))).problem).toBe("queryRefused");
    expect((await failure(salesforce.retrieveOrders(["../x"], ["Id"]))).problem).toBe("queryRefused");
    expect(server.asked).toHaveLength(0);
  });
});

describe("finding fields", () => {
  const fields = [
    { name: "Id", type: "id" },
    { name: "BillingAddress", type: "address" },
    { name: "Place__c", type: "location" },
    { name: "Region__c", type: "picklist" },
  ];

  it("describes once, until told to forget, and takes compound fields for missing", async () => {
    rest = () => ({ json: { name: "Order", fields } });
    const salesforce = open();
    const wanted = ["Region__c", "BillingAddress", "Place__c", "region__c", "Id"];
    const found = { visible: ["Region__c", "Id"], missing: ["BillingAddress", "Place__c", "region__c"] };
    expect(await Promise.all([salesforce.findFields(wanted), salesforce.findFields(wanted)])).toEqual([
      found,
      found,
    ]);
    expect(await salesforce.findFields(["Id"])).toEqual({ visible: ["Id"], missing: [] });
    expect(server.asked.map(({ path }) => path)).toEqual([
      "/services/oauth2/token",
      "/services/data/v66.0/sobjects/Order/describe",
    ]);
    salesforce.forgetFields();
    await salesforce.findFields(["Id"]);
    expect(server.asked).toHaveLength(3);
  });

  it("asks again after it failed", async () => {
    rest = () => ({ json: {} });
    const salesforce = open();
    expect((await failure(salesforce.findFields(["Id"]))).problem).toBe("unreadableAnswer");
    rest = () => ({ json: { fields } });
    expect((await salesforce.findFields(["Id"])).visible).toEqual(["Id"]);
  });
});

describe("the use of the API", () => {
  it("is known from the latest answer that names it, also a refusal", async () => {
    const salesforce = open();
    expect(salesforce.apiUsage).toBeUndefined();
    rest = () => ({ ...ONE_PAGE, headers: { "Sforce-Limit-Info": "api-usage=18/15000" } });
    await salesforce.queryOrders(SOQL);
    expect(salesforce.apiUsage).toMatchObject({ used: 18, limit: 15_000 });
    rest = () => ({
      status: 403,
      headers: { "Sforce-Limit-Info": "api-usage=15001/15000; per-app-api-usage=17/250(appName=sample)" },
      json: [{ message: "TotalRequests Limit exceeded.", errorCode: "REQUEST_LIMIT_EXCEEDED" }],
    });
    expect((await failure(salesforce.queryOrders(SOQL))).problem).toBe("apiLimitReached");
    expect(salesforce.apiUsage).toMatchObject({ used: 15_001, limit: 15_000 });
    rest = () => ONE_PAGE;
    await salesforce.queryOrders(SOQL);
    expect(salesforce.apiUsage).toMatchObject({ used: 15_001, limit: 15_000 });
  });
});

describe("a call that fails", () => {
  it.each([
    [{ status: 400, json: [{ message: "x", errorCode: "INVALID_QUERY_LOCATOR" }] }, "locatorExpired"],
    [{ text: "<html>Down", headers: { "content-type": "text/html; charset=UTF-8" } }, "maintenance"],
    [{ status: 302, text: "", headers: { location: "https://evil.example/" } }, "unreadableAnswer"],
    [{ text: "{", headers: { "content-type": "application/json" } }, "unreadableAnswer"],
    [{ status: 204, text: "" }, "unreadableAnswer"],
  ] satisfies [Answer, string][])("with %j is %s, after one call", async (answer, problem) => {
    rest = () => answer;
    expect((await failure(open().queryOrders(SOQL))).problem).toBe(problem);
    expect(server.asked).toHaveLength(2);
  });

  it("outlives one 503, because jsforce asks again", async () => {
    rest = () => {
      rest = () => ONE_PAGE;
      return { status: 503, text: "busy" };
    };
    expect((await open().queryOrders(SOQL)).orders).toHaveLength(1);
  });

  it("says so when Salesforce stays unavailable to a call that is not repeated", async () => {
    rest = () => ({ status: 503, json: [{ message: "later", errorCode: "SERVER_UNAVAILABLE" }] });
    const error = await failure(open().retrieveOrders([ORDER.Id], ["Id"]));
    expect(error).toMatchObject({ problem: "maintenance", status: 503, retryable: true });
  });

  it.each([
    ["never answers", { hangs: true }],
    ["breaks off in the middle", { ...ONE_PAGE, breaksOff: true }],
    ["stays unavailable while jsforce asks again and again", { status: 503, text: "" }],
  ] satisfies [string, Answer][])("is given up in time when Salesforce %s", async (_how, answer) => {
    rest = () => answer;
    const started = performance.now();
    expect((await failure(open({ timeoutMs: 400 }).queryOrders(SOQL))).problem).toBe("timeout");
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("is given up in time when the sign-in hangs, which may be tried again at once", async () => {
    const first = signIn;
    signIn = () => ({ hangs: true });
    const salesforce = open({ timeoutMs: 1_500 });
    expect((await failure(salesforce.queryOrders(SOQL))).problem).toBe("timeout");
    signIn = first;
    expect((await salesforce.queryOrders(SOQL)).orders).toHaveLength(1);
  });

  it("names the reason when nobody is there", async () => {
    const { url } = server;
    await Promise.all(opened.splice(0).map((answering) => answering.close()));
    const error = await failure(open({ loginUrl: url }).queryOrders(SOQL));
    expect(error).toMatchObject({ problem: "unreachable", retryable: true });
    expect(error.message).toContain("ECONNREFUSED");
  });
});
