/** The simulated org and the app together: outbound messages and polling, one effect. */
import { describe, expect, it } from "vitest";
import { coverageSchema } from "../../src/domain/coverage.ts";
import { manifestSchema } from "../../src/domain/manifest.ts";
import { until } from "../support/app-client.ts";
import { pollUntil, readHealth, SALESFORCE_SETTINGS } from "../support/salesforce.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp({ settings: { ...SALESFORCE_SETTINGS, ORDER_RULE_FIELDS: "Region__c" } });
const org = app.salesforce?.org;
const outboundMessages = `${app.url}/api/salesforce/outbound-messages?code=local`;
const ACME = "001000000000001AAA";
const DRAFT = { AccountId: ACME, EffectiveDate: "2026-11-22", Status: "Draft", TotalAmount: 100 };

/** The org creates an order of Acme and tells by outbound message, or not. */
async function createOrder(
  fields: Record<string, string | number> = {},
  toldTo: string | null = outboundMessages,
) {
  app.salesforce?.setEndpoint(toldTo);
  const [order] = (await org?.createOrders([{ ...DRAFT, ...fields }])) ?? [];
  if (org === undefined || order === undefined) throw new Error("There is no org.");
  return { org, order };
}

const ada = await app.follow("ada", `account:${ACME}`);
const admin = await app.signIn("admin", ["OrderBell.Admin"]);
const titlesOf = async (orderId: string) => {
  const { items } = await ada.inbox("?limit=100");
  return items.filter((item) => item.orderId === orderId).map(({ transition }) => transition);
};
/** Until polling has read everything that was changed up to now. */
const pollToNow = async () => {
  const now = new Date(Math.ceil(Date.now() / 1_000) * 1_000).toISOString();
  await pollUntil(admin, async () => {
    const { checks } = await readHealth(app.url);
    const upTo = /before (\S+) are read/.exec(
      checks.find(({ name }) => name === "polling")?.detail ?? "",
    )?.[1];
    return upTo !== undefined && upTo >= now;
  });
};

// The silent first poll: what comes after it is news.
await pollToNow();

describe("an order that changes in Salesforce", { timeout: 60_000 }, () => {
  it("is told by its outbound message, and not once more by polling", async () => {
    const { order } = await createOrder();
    await until(async () => (await titlesOf(order.Id)).length === 1);
    await pollToNow();
    expect(await titlesOf(order.Id)).toEqual(["created"]);
    expect(await app.orchestrations(order.Id)).toHaveLength(1);
  });

  it("is told by polling when its outbound message does not come, and not once more when it comes at last", async () => {
    const { order } = await createOrder({}, null);
    await pollToNow();
    await until(async () => (await titlesOf(order.Id)).length === 1);
    app.salesforce?.setEndpoint(outboundMessages);
    await until(async () => app.salesforce?.sender.overview().pending === 0);
    expect(await titlesOf(order.Id)).toEqual(["created"]);
  });

  it("is told to be deleted, of which Salesforce sends no outbound message", async () => {
    const { org, order } = await createOrder();
    await until(async () => (await titlesOf(order.Id)).length === 1);
    await org.deleteOrders([order.Id]);
    await pollToNow();
    await until(async () => (await titlesOf(order.Id)).length === 2);
    expect(await titlesOf(order.Id)).toEqual(["deleted", "created"]);
  });

  it("is completed from Salesforce when its message lacks required fields", async () => {
    const { order } = await createOrder({ Region__c: "EMEA" }, null);
    const { acknowledged } = await app.postOrders({
      Id: order.Id.slice(0, 15),
      Status: null,
      SystemModstamp: null,
      CreatedDate: null,
    });
    expect(acknowledged).toBe(true);
    const [orchestration] = await until(async () => {
      const all = await app.orchestrations(order.Id);
      return all[0]?.runtimeStatus === "Completed" && all;
    });
    expect(manifestSchema.parse(orchestration?.output).transition).toMatchObject({ kinds: ["created"] });
    await pollToNow();
    expect(await app.orchestrations(order.Id)).toHaveLength(1);
  });

  it("is counted by the route that told of it", async () => {
    const auditor = await app.signIn("auditor", ["OrderBell.Auditor"]);
    const hour = 3_600_000;
    const range = `from=${new Date(Date.now() - hour).toISOString()}&to=${new Date(Date.now() + hour).toISOString()}`;
    const response = await auditor.call("GET", `/api/audit/coverage?${range}`);
    const { totals } = coverageSchema.parse(await response.json());
    expect(totals).toMatchObject({ reconciliationOnly: 0 });
    expect(totals.both).toBeGreaterThanOrEqual(2);
    expect(totals.pollOnly).toBeGreaterThanOrEqual(1);
    expect((await admin.call("GET", `/api/audit/coverage?${range}`)).status).toBe(403);
  });
});

describe("polling", { timeout: 60_000 }, () => {
  it("stops before the organisation's last API calls are used, and says so", async () => {
    const { order } = await createOrder({}, null);
    if (app.salesforce) app.salesforce.faults.apiUsage = 14_250;
    const health = await pollUntil(admin, async () => {
      const found = await readHealth(app.url);
      return found.status === "degraded" && found;
    });
    expect(health.checks).toContainEqual({
      name: "polling",
      status: "degraded",
      detail: "Polling waits: 14250 of 15000 API calls of 24 hours are used in the Salesforce organisation.",
    });
    expect(await titlesOf(order.Id)).toEqual([]);
  });
});
