import { describe, expect, it } from "vitest";
import { DEFAULT_CORE_FIELDS } from "../../../src/domain/order-change.ts";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import type { OutboundNotification } from "../../../src/ingress/outbound-message.ts";
import { createCompleteNotifications } from "../../../src/usecases/complete-notifications.ts";
import { createOrderRow, createOrderSource, toOrderId } from "../../support/order-source.ts";

/** A notification of the n-th order with these fields. */
const told = (n: number, fields: Record<string, string | null>): OutboundNotification => ({
  outboundMessageNotificationId: `04l${String(n).padStart(12, "0")}AAA`,
  fields: { Id: toOrderId(n), ...fields },
});
/** All that makes a version, as an outbound message spells it. */
const core = {
  AccountId: "001000000000001AAA",
  CreatedDate: "2026-01-05T08:00:00.000Z",
  OwnerId: "005000000000001AAA",
  Status: "Draft",
  StatusCode: "Draft",
  SystemModstamp: "2026-11-22T10:00:00.000Z",
  TotalAmount: "1100.0",
};
const down = new SalesforceError("unreachable", "Salesforce cannot be reached.");

/** With four orders in Salesforce, all of them in EMEA. */
function start(o: { ruleFields?: string[]; login?: boolean } = {}) {
  let ms = Date.parse("2026-11-22T10:00:00.000Z");
  const ruleFields = o.ruleFields ?? [];
  const source = createOrderSource(
    [1, 2, 3, 4].map((n) => createOrderRow(n, { Region__c: "EMEA" })),
    9,
    () => new Date(ms),
  );
  const warnings: string[] = [];
  const clock = { now: () => new Date(ms) };
  const complete = createCompleteNotifications({
    ...clock,
    openSalesforce: o.login === false ? null : async () => source,
    fields: { coreFields: DEFAULT_CORE_FIELDS, otherFields: ["OrderNumber", ...ruleFields] },
    ruleFields,
  });
  return {
    source,
    warnings,
    advance: (by: number) => void (ms += by),
    complete: (...notifications: OutboundNotification[]) =>
      complete(notifications, (text) => void warnings.push(text)),
  };
}

describe("completing an outbound message", () => {
  it("makes no call when nothing is missing", async () => {
    const { source, complete } = start();
    const notifications = [told(1, core), told(2, core)];
    expect(await complete(...notifications)).toEqual(notifications);
    expect(source.calls).toEqual([]);
  });

  it("makes one call for everything that is missing, and takes those orders as Salesforce has them", async () => {
    const { source, complete } = start({ ruleFields: ["Region__c"] });
    const whole = told(2, { ...core, Region__c: null });
    const completed = await complete(told(1, {}), whole, told(3, core));
    expect(source.calls).toEqual(["describe", "retrieve"]);
    expect(completed).toEqual([
      { ...told(1, {}), fields: expect.objectContaining({ Region__c: "EMEA", TotalAmount: "1100" }) },
      whole,
      { ...told(3, {}), fields: expect.objectContaining({ SystemModstamp: "2026-11-01T08:00:00.000+0000" }) },
    ]);
    await complete(told(1, {}));
    expect(source.calls).toEqual(["describe", "retrieve", "retrieve"]);
  });

  it("asks for a core field that is not there, as nobody can tell an empty one from one not selected", async () => {
    const { source, complete } = start();
    const { AccountId: _account, ...others } = core;
    expect(await complete(told(1, others))).toMatchObject([{ fields: { AccountId: "001000000000001AAA" } }]);
    expect(source.calls).toEqual(["describe", "retrieve"]);
  });

  it("makes no call at 95 % of the API calls", async () => {
    const { source, complete, warnings } = start({ ruleFields: ["Region__c"] });
    source.usage = { used: 95, limit: 100 };
    await complete(told(1, {}));
    const before = source.calls.length;
    expect(await complete(told(2, core))).toEqual([told(2, core)]);
    expect(warnings).toEqual([expect.stringContaining("95 of its 100 API calls")]);
    await expect(complete(told(2, {}))).rejects.toMatchObject({ problem: "apiLimitReached" });
    expect(source.calls).toHaveLength(before);
  });

  it("makes a call again when what it heard is 15 minutes old (no other answer would ever tell)", async () => {
    const { source, complete, advance } = start();
    source.usage = { used: 95, limit: 100 };
    await complete(told(1, {}));
    source.usage = { used: 5, limit: 100 };
    advance(15 * 60_000);
    expect(await complete(told(2, {}))).toHaveLength(1);
  });

  it("takes a field that was sent empty for known", async () => {
    const { source, complete } = start({ ruleFields: ["Region__c"] });
    await complete(told(1, { ...core, Region__c: null }));
    expect(source.calls).toEqual([]);
  });

  it("finds an order by its id of 15 characters, and tells upper from lower case", async () => {
    const { source, complete } = start();
    source.rows = [
      createOrderRow(1, { Id: "801bm000029lXiHAAU" }),
      createOrderRow(2, { Id: "801bm000029lXihAAE" }),
    ];
    const completed = await complete(told(1, { Id: "801bm000029lXih" }), told(2, { Id: "801bm000029lXiH" }));
    expect(completed.map(({ fields }) => fields["Id"])).toEqual(["801bm000029lXihAAE", "801bm000029lXiHAAU"]);
  });

  it("completes two notifications of one order", async () => {
    const { complete } = start();
    const completed = await complete(told(1, {}), { ...told(1, {}), outboundMessageNotificationId: "other" });
    expect(completed.map((one) => one.outboundMessageNotificationId)).toEqual([
      "04l000000000001AAA",
      "other",
    ]);
    expect(completed.map(({ fields }) => fields["Status"])).toEqual(["Draft", "Draft"]);
  });

  it("drops an order that is gone and said too little, and keeps one that said enough", async () => {
    const { source, complete } = start({ ruleFields: ["Region__c"] });
    source.rows = [createOrderRow(1, { IsDeleted: "true" })];
    expect(await complete(told(1, {}), told(2, core))).toEqual([told(2, core)]);
  });

  it("is off without a login", async () => {
    const { source, complete } = start({ login: false, ruleFields: ["Region__c"] });
    expect(await complete(told(1, {}))).toEqual([told(1, {})]);
    expect(source.calls).toEqual([]);
  });

  it("throws when an order lacks required fields and Salesforce is down, so that it is sent again", async () => {
    const { source, complete, warnings } = start({ ruleFields: ["Region__c"] });
    source.failAt("retrieve", down);
    await expect(complete(told(1, {}), told(2, core))).rejects.toThrow(down);
    expect(warnings).toEqual([]);
  });

  it("takes a message as it is, with a warning, when only rule fields are missing and Salesforce is down", async () => {
    const { source, complete, warnings } = start({ ruleFields: ["Region__c"] });
    source.failAt("describe", down);
    expect(await complete(told(2, core))).toEqual([told(2, core)]);
    expect(warnings).toEqual([expect.stringContaining("Salesforce cannot be reached.")]);
  });

  it("throws what is no error of Salesforce's even when only rule fields are missing", async () => {
    const { source, complete } = start({ ruleFields: ["Region__c"] });
    source.findFields = () => Promise.reject(new TypeError("a bug"));
    await expect(complete(told(2, core))).rejects.toThrow("a bug");
  });

  it("refuses to complete without a core field, and names it", async () => {
    const { source, complete, warnings } = start({ ruleFields: ["Region__c"] });
    source.hidden.add("TotalAmount");
    await expect(complete(told(1, {}))).rejects.toMatchObject({
      problem: "invalidField",
      message: expect.stringContaining("TotalAmount"),
    });
    expect(await complete(told(1, core))).toEqual([told(1, core)]);
    expect(warnings).toEqual([expect.stringContaining("TotalAmount")]);
    expect(source.calls).not.toContain("retrieve");
  });

  it("completes without a rule field that is hidden", async () => {
    const { source, complete } = start({ ruleFields: ["Region__c"] });
    source.hidden.add("Region__c");
    const [completed] = await complete(told(1, {}));
    expect(completed?.fields).toHaveProperty("Status", "Draft");
    expect(completed?.fields).not.toHaveProperty("Region__c");
  });

  it("asks anew about the fields when one is hidden since (only polling forgets them, elsewhere)", async () => {
    const { source, complete } = start({ ruleFields: ["Region__c"] });
    await complete(told(1, {}));
    source.hidden.add("Region__c");
    await complete(told(2, {})).catch(() => undefined);
    expect(await complete(told(2, {}))).toMatchObject([{ fields: { Status: "Draft" } }]);
  });

  it("never drops a notification that names no order (it is dropped for gone, and acknowledged)", async () => {
    const { complete } = start();
    const nameless = { outboundMessageNotificationId: "04l", fields: { Status: "Draft" } };
    expect(await complete(nameless)).toEqual([nameless]);
    expect(await complete(told(1, {}), nameless)).toHaveLength(2);
  });
});
