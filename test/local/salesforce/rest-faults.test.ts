import type jsforce from "jsforce";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { draft, type Fixture, readErrorCode, startFixture } from "./org-fixture.ts";

let fixture: Fixture;
let connection: jsforce.Connection;
beforeEach(async () => {
  fixture = await startFixture({ apiLimit: 5 });
  connection = await fixture.connect();
});
afterEach(() => fixture.stop());

const LIMITS = "/services/data/v66.0/limits";
const ask = async () => {
  const response = await fixture.fetch(LIMITS, { token: await fixture.token() });
  return { status: response.status, headers: response.headers, body: await response.text() };
};

describe("faults", () => {
  it("unauthorized once: old tokens are over, a new one works", async () => {
    const before = connection.accessToken;
    fixture.faults.unauthorized = "once";
    expect((await connection.query("SELECT Id FROM Order")).totalSize).toBe(0);
    expect(connection.accessToken).not.toBe(before);
    expect(fixture.faults.unauthorized).toBe("no");
  });

  it("unauthorized always: new tokens do not help", async () => {
    fixture.faults.unauthorized = "always";
    expect(await ask()).toMatchObject({ status: 401, body: expect.stringContaining("INVALID_SESSION_ID") });
    expect((await ask()).status).toBe(401);
    fixture.faults.unauthorized = "no";
    expect((await ask()).status).toBe(200);
  });

  it("requestLimit: 403 REQUEST_LIMIT_EXCEEDED", async () => {
    fixture.faults.requestLimit = true;
    await expect(connection.query("SELECT Id FROM Order")).rejects.toMatchObject({
      errorCode: "REQUEST_LIMIT_EXCEEDED",
      message: "TotalRequests Limit exceeded.",
    });
    expect(connection.limitInfo.apiUsage).toEqual({ used: 5, limit: 5 });
  });

  it("the limit itself is kept without any fault", async () => {
    for (let call = 0; call < 5; call += 1) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect([refused.status, refused.headers.get("sforce-limit-info")]).toEqual([403, "api-usage=5/5"]);
    fixture.clock.move(24 * 60 * 60 * 1000);
    expect((await ask()).headers.get("sforce-limit-info")).toBe("api-usage=1/5");
  });

  it("apiUsage: says what was used, and refuses at the limit", async () => {
    fixture.faults.apiUsage = 4;
    const said = await ask();
    expect(said.headers.get("sforce-limit-info")).toBe("api-usage=4/5");
    expect(said.body).toBe('{"DailyApiRequests":{"Max":5,"Remaining":1}}');
    fixture.faults.apiUsage = 5;
    expect((await ask()).status).toBe(403);
  });

  it("unavailable: as many answers are 503, then all is well; jsforce tries again", async () => {
    fixture.faults.unavailable = 1;
    expect((await connection.query("SELECT Id FROM Order")).totalSize).toBe(0);
    expect(fixture.faults.unavailable).toBe(0);
    const token = await fixture.token();
    fixture.faults.unavailable = 1;
    const response = await fixture.fetch(LIMITS, { token });
    expect([response.status, await readErrorCode(response)]).toEqual([503, "SERVER_UNAVAILABLE"]);
  });

  it("invalidField: missing in describe, refused in queries", async () => {
    fixture.faults.invalidField = "Region__c";
    const { fields } = await connection.sobject("Order").describe();
    expect(fields.map(({ name }) => name)).not.toContain("Region__c");
    for (const soql of ["SELECT region__c FROM Order", "SELECT Id FROM Order WHERE Region__c = 'EMEA'"]) {
      await expect(connection.query(soql)).rejects.toMatchObject({ errorCode: "INVALID_FIELD" });
    }
    const [order] = await fixture.org.createOrders([draft()]);
    expect(await connection.sobject("Order").retrieve(order!.Id)).not.toHaveProperty("Region__c");
  });

  it("expireLocators: no further page", async () => {
    await fixture.org.createOrders(Array.from({ length: 2_001 }, () => draft()));
    const { nextRecordsUrl } = await connection.query("SELECT Id FROM Order", { autoFetch: false });
    fixture.faults.expireLocators = true;
    await expect(connection.queryMore(nextRecordsUrl!)).rejects.toMatchObject({
      errorCode: "INVALID_QUERY_LOCATOR",
    });
    fixture.faults.expireLocators = false;
    expect((await connection.queryMore(nextRecordsUrl!)).records).toHaveLength(1);
  });

  it("maintenancePage: a web page with 503, from the sign-in too", async () => {
    const token = await fixture.token();
    fixture.faults.maintenancePage = true;
    const page = await fixture.fetch(LIMITS, { token });
    const signIn = await fixture.fetch("/services/oauth2/token", { method: "POST" });
    expect([page.status, signIn.status, page.headers.get("content-type")]).toEqual([503, 503, "text/html"]);
    expect(await page.text()).toContain("We are down for maintenance.");
  });

  it("hangMs: the answer is held back, and closing does not wait for it", async () => {
    const token = await fixture.token();
    fixture.faults.hangMs = 60_000;
    await expect(fixture.fetch(LIMITS, { token, signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    const hanging = fixture.fetch(LIMITS, { token }).catch((error: unknown) => error);
    await fixture.restart();
    expect(await hanging).toBeInstanceOf(Error);
    fixture.faults.hangMs = 20;
    expect((await ask()).status).toBe(200);
  });
});
