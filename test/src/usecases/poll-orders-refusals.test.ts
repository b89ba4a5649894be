import { describe, expect, it } from "vitest";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { type Polling, startPolling } from "../../support/polling.ts";

const storage = claimStorage();
const MINUTE = 60_000;

/** The n-th order, changed at this time of the day on which every test begins. */
const changedAt = (polling: Polling, n: number, time: string, values: Record<string, string> = {}) =>
  polling.row(n, { SystemModstamp: `2026-11-22T${time}.000+0000`, ...values });

/** Behind the silent first poll, which ended at 10:00:00. */
async function startBehindBaseline(o: { pageRows?: number } = {}): Promise<Polling> {
  const polling = await startPolling(storage, o);
  await polling.poll();
  polling.advance(10 * MINUTE);
  return polling;
}

describe("the API limit", () => {
  /** A minute goes by and a run begins, n times. */
  async function pollEveryMinute(polling: Polling, n: number): Promise<void> {
    for (let minute = 0; minute < n; minute++) {
      polling.advance(MINUTE);
      await polling.poll();
    }
  }

  it("stops polling at 95 %: no call for 15 minutes, and health says why", async () => {
    const polling = await startBehindBaseline();
    polling.source.usage = { used: 14_250, limit: 15_000 };
    await polling.poll();
    const before = polling.source.calls.length;
    await pollEveryMinute(polling, 14);
    expect(polling.source.calls).toHaveLength(before);
    expect(await polling.readHealth()).toMatchObject({
      status: "degraded",
      checks: [
        { name: "storage", status: "ok" },
        { name: "polling", detail: expect.stringContaining("14250 of 15000 API calls of 24 hours are used") },
        { name: "webhook", status: "ok" },
      ],
    });
  });

  it("is looked at once after the pause (the usage it remembers keeps it from ever asking again)", async () => {
    const polling = await startBehindBaseline();
    polling.source.usage = { used: 14_250, limit: 15_000 };
    await polling.poll();
    const before = polling.source.calls.length;
    await pollEveryMinute(polling, 15);
    expect(polling.source.calls).toHaveLength(before + 1);
    await pollEveryMinute(polling, 14);
    expect(polling.source.calls).toHaveLength(before + 1);
    polling.source.usage = { used: 10, limit: 15_000 };
    await pollEveryMinute(polling, 2);
    expect(polling.source.calls).toHaveLength(before + 3);
  });

  it("does not cost the page that said it was reached", async () => {
    const polling = await startBehindBaseline();
    polling.source.usage = { used: 14_250, limit: 15_000 };
    polling.source.rows = [changedAt(polling, 1, "10:05:00")];
    await polling.poll();
    expect(polling.starter.known).toHaveLength(1);
    expect(await polling.readState()).toMatchObject({ upTo: "2026-11-22T10:10:00.000Z" });
  });

  it("of which Salesforce itself speaks stops polling for 15 minutes, then one call asks", async () => {
    const polling = await startBehindBaseline();
    polling.source.failAt("query", new SalesforceError("apiLimitReached", "REQUEST_LIMIT_EXCEEDED"));
    await polling.poll();
    const before = polling.source.calls.length;
    expect(polling.log.warnings).toEqual(["Polling stopped: REQUEST_LIMIT_EXCEEDED"]);
    await pollEveryMinute(polling, 14);
    expect(polling.source.calls).toHaveLength(before);
    expect(JSON.stringify(await polling.readHealth())).toContain("Polling waits: all API calls of 24 hours");
    await pollEveryMinute(polling, 1);
    expect(polling.source.calls.slice(before)).toEqual(["query"]);
    expect(await polling.readState()).toMatchObject({ problem: null });
  });

  it("stops a run between two pages, with the position kept", async () => {
    const polling = await startBehindBaseline({ pageRows: 1 });
    polling.source.rows = [1, 2, 3].map((n) => changedAt(polling, n, "10:05:00"));
    polling.source.usage = { used: 95, limit: 100 };
    await polling.poll();
    expect(polling.source.calls.slice(-2)).toEqual(["query", "query"]);
    expect(await polling.readState()).toMatchObject({
      problem: { problem: "apiLimitReached" },
      window: { after: { id: polling.row(1)["Id"] } },
    });
  });
});

describe("what Salesforce does not answer", () => {
  it("with a hidden core field stops polling, names it, and is asked anew about its fields", async () => {
    const polling = await startBehindBaseline();
    polling.source.rows = [changedAt(polling, 1, "10:05:00")];
    polling.source.hidden.add("TotalAmount");
    await polling.poll();
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.starter.known).toEqual([]);
    expect(polling.log.errors.at(-1)).toContain("The organisation has no TotalAmount on orders");
    expect(await polling.readHealth()).toMatchObject({
      status: "degraded",
      checks: [{}, { detail: expect.stringContaining("a core field does not exist") }, {}],
    });
    polling.source.hidden.clear();
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.starter.known).toHaveLength(1);
    expect((await polling.readState())?.problem).toBeNull();
  });

  it("with a hidden rule field is said once in each process, and again when it is another field", async () => {
    const polling = await startPolling(storage, { ruleFields: ["Region__c", "Tier__c"] });
    polling.source.hidden.add("Region__c");
    for (let minute = 0; minute < 3; minute++) {
      await polling.poll();
      polling.advance(MINUTE);
    }
    expect(polling.log.warnings).toEqual([expect.stringContaining("no Region__c on orders")]);
    polling.source.hidden.add("Tier__c");
    polling.source.forgetFields();
    await polling.poll();
    expect(polling.log.warnings.slice(1)).toEqual([
      expect.stringContaining("no Region__c, Tier__c on orders"),
    ]);
  });

  it("is asked anew once a night whether a hidden rule field is to be seen (described once for ever)", async () => {
    const polling = await startPolling(storage, { ruleFields: ["Region__c"] });
    polling.source.hidden.add("Region__c");
    await polling.poll();
    polling.source.hidden.clear();
    polling.advance(25 * 60 * MINUTE);
    await polling.poll();
    await polling.reconcile();
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.source.queries.at(-1)).toContain("Region__c");
  });

  it("is logged by how long it lasts and never thrown", async () => {
    const polling = await startBehindBaseline();
    polling.source.failAt("query", new SalesforceError("maintenance", "Try later."));
    await polling.poll();
    polling.source.failAt("query", new SalesforceError("loginRefused", "Renew the secret."));
    await polling.poll();
    expect(polling.log.warnings).toEqual(["Polling stopped: Try later."]);
    expect(polling.log.errors).toEqual(["Polling stopped: Renew the secret."]);
  });

  it("is no longer a problem once a page has come (toContinued keeps the old problem)", async () => {
    const polling = await startBehindBaseline({ pageRows: 1 });
    polling.source.rows = [1, 2].map((n) => changedAt(polling, n, "10:05:00"));
    polling.source.failAt("query", new SalesforceError("loginRefused", "Renew the secret."));
    await polling.poll();
    const { queryOrders } = polling.source;
    polling.source.queryOrders = (soql) => {
      polling.advance(MINUTE);
      return queryOrders(soql);
    };
    await polling.poll();
    expect(await polling.readState()).toMatchObject({ window: { after: {} }, problem: null });
  });
});
