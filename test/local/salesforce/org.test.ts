import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OrgError } from "../../../local/salesforce/org-error.ts";
import { createOrg, type Org, type OrgSave } from "../../../local/salesforce/org.ts";
import { ACME, draft, GLOBEX, openTestState, ORGANIZATION_ID, TestClock } from "./org-fixture.ts";

let stored: ReturnType<typeof openTestState>;
let clock: TestClock;
let delayMs: number;
let org: Org;
const open = () =>
  createOrg({
    state: stored.state,
    now: clock.now,
    organizationId: ORGANIZATION_ID,
    lateVisibility: () => delayMs,
  });
const visible = (range = {}) =>
  [...org.visibleOrders(range)].map(({ OrderNumber, Status }) => `${OrderNumber} ${Status}`).sort();

beforeEach(() => {
  stored = openTestState();
  clock = new TestClock();
  delayMs = 0;
  org = open();
});
afterEach(() => stored.remove());

async function create(...fields: Parameters<typeof draft>[0][]) {
  return org.createOrders(fields.map((each) => draft(each)));
}

describe("a save", () => {
  it("gives an order its number, its 18-character id and what the org itself writes", async () => {
    const [first, second] = await create({ TotalAmount: 480.5, Region__c: "EMEA" }, {});
    expect(first).toEqual({
      Id: "8010S0000000001AAC".replace("AAC", first!.Id.slice(15)),
      OrderNumber: "00000101",
      AccountId: ACME,
      OwnerId: "005000000000001AAA",
      Status: "Draft",
      StatusCode: "Draft",
      EffectiveDate: "2026-11-22",
      TotalAmount: 480.5,
      Type: null,
      PoNumber: null,
      Description: null,
      Region__c: "EMEA",
      Priority_Score__c: null,
      CreatedDate: "2026-11-22T10:00:00.000+0000",
      CreatedById: "005000000000001AAA",
      LastModifiedDate: "2026-11-22T10:00:00.000+0000",
      LastModifiedById: "005000000000001AAA",
      SystemModstamp: "2026-11-22T10:00:00.000+0000",
      IsDeleted: false,
      ActivatedDate: null,
      ActivatedById: null,
    });
    expect(second).toMatchObject({ OrderNumber: "00000102", TotalAmount: 0 });
    expect(org.getOrder(first!.Id.slice(0, 15))).toEqual(first);
    expect(org.countOrders()).toBe(2);
  });

  it("stamps all of one transaction alike, in whole seconds", async () => {
    const orders = await create({}, {}, {});
    clock.move(7_300);
    const changed = await org.updateOrders(orders.map(({ Id: id }) => ({ id, fields: { TotalAmount: 5 } })));
    expect(new Set(changed.map((order) => order["SystemModstamp"]))).toEqual(
      new Set(["2026-11-22T10:00:07.000+0000"]),
    );
    expect(changed[0]).toMatchObject({ CreatedDate: "2026-11-22T10:00:00.000+0000", TotalAmount: 5 });
  });

  it("never stamps backwards when the clock goes back", async () => {
    const [order] = await create({});
    clock.move(-60_000);
    const [changed] = await org.updateOrders([{ id: order!.Id, fields: { TotalAmount: 1 } }]);
    expect(changed?.["SystemModstamp"]).toBe(order?.["SystemModstamp"]);
    expect(visible()).toHaveLength(1);
  });

  it("keeps every one of many changes that overlap", async () => {
    const [order] = await create({});
    await Promise.all([
      org.updateOrders([{ id: order!.Id, fields: { TotalAmount: 7 } }]),
      org.updateOrders([{ id: order!.Id, fields: { Region__c: "APAC" } }]),
      org.updateOrders([{ id: order!.Id, fields: { Status: "Activated" } }]),
    ]);
    expect(org.getOrder(order!.Id)).toMatchObject({
      TotalAmount: 7,
      Region__c: "APAC",
      StatusCode: "Activated",
    });
  });

  it("activates, and takes the activation back", async () => {
    const [order] = await create({});
    const [active] = await org.updateOrders([{ id: order!.Id, fields: { Status: "Activated" } }]);
    expect(active).toMatchObject({
      StatusCode: "Activated",
      ActivatedDate: "2026-11-22T10:00:00.000+0000",
      ActivatedById: "005000000000001AAA",
    });
    const [drafted] = await org.updateOrders([{ id: order!.Id, fields: { Status: "In Approval" } }]);
    expect(drafted).toMatchObject({ StatusCode: "Draft", ActivatedDate: null });
  });

  it("tells its listeners after the commit, and nobody of a delete", async () => {
    const heard: OrgSave[] = [];
    org.onSave((saved) => {
      expect(saved.ids.every((id) => org.getOrder(id) !== undefined)).toBe(true);
      heard.push(saved);
    });
    const ids = (await create({}, {})).map((order) => order.Id);
    await org.updateOrders([{ id: ids[0]!, fields: { Status: "Activated" } }]);
    await org.deleteOrders(ids);
    await org.undeleteOrders([ids[1]!]);
    expect(heard).toEqual([
      { kind: "created", ids },
      { kind: "updated", ids: [ids[0]] },
      { kind: "undeleted", ids: [ids[1]] },
    ]);
  });

  it("deletes into the recycle bin and brings back from there", async () => {
    const ids = (await create({}, {})).map((order) => order.Id);
    await org.deleteOrders([ids[0]!]);
    expect(org.getOrder(ids[0]!)).toMatchObject({ IsDeleted: true });
    expect([
      org.countOrders(),
      org.listOrders().length,
      org.listOrders({ includeDeleted: true }).length,
    ]).toEqual([1, 1, 2]);
    await expect(org.deleteOrders([ids[0]!])).rejects.toThrow("entity is deleted");
    await org.undeleteOrders([ids[0]!]);
    expect(org.countOrders()).toBe(2);
    await expect(org.undeleteOrders(ids)).rejects.toMatchObject({ errorCode: "UNDELETE_FAILED" });
  });

  it("is there after a restart, with its count and its stamps", async () => {
    const orders = await create({}, { Region__c: "EMEA" });
    clock.move(-5_000);
    await stored.reopen();
    org = open();
    expect(org.listOrders()).toEqual(orders);
    const [next] = await create({});
    expect(next).toMatchObject({ OrderNumber: "00000103", SystemModstamp: orders[0]!["SystemModstamp"] });
    expect(org.listOrders({ newestFirst: true, limit: 1 })).toEqual([next]);
  });
});

describe("a refusal", () => {
  it.each([
    [{ Colour__c: "red" }, "INVALID_FIELD", "No such column 'Colour__c' on sobject of type Order"],
    [
      { SystemModstamp: "2026-11-22T10:00:00Z" },
      "INVALID_FIELD_FOR_INSERT_UPDATE",
      "Unable to create/update fields",
    ],
    [{ StatusCode: "Activated" }, "INVALID_FIELD_FOR_INSERT_UPDATE", "StatusCode"],
    [
      { Status: "Lost" },
      "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
      "bad value for restricted picklist field: Lost",
    ],
    [{ Status: null }, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Status]"],
    [
      { TotalAmount: "12" },
      "JSON_PARSER_ERROR",
      "Cannot deserialize instance of double from VALUE_STRING value 12",
    ],
    [{ TotalAmount: 1e16 }, "NUMBER_OUTSIDE_VALID_RANGE", "value outside of valid range"],
    [{ EffectiveDate: "2026-02-30" }, "JSON_PARSER_ERROR", "instance of date"],
    [{ PoNumber: 12 }, "JSON_PARSER_ERROR", "instance of string from VALUE_NUMBER_INT value 12"],
    [{ PoNumber: "x".repeat(81) }, "STRING_TOO_LONG", "(max length=80)"],
    [{ AccountId: "Acme" }, "MALFORMED_ID", "Account ID: id value of incorrect type: Acme"],
    [{ AccountId: "001000000000009AAA" }, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"],
  ])("%j is answered with %s", async (fields, errorCode, message) => {
    const [order] = await create({});
    const refused = { errorCode, message: expect.stringContaining(message) };
    await expect(create({}, fields)).rejects.toMatchObject(refused);
    await expect(org.updateOrders([{ id: order!.Id, fields }])).rejects.toMatchObject(refused);
    expect(org.listOrders()).toEqual([order]);
  });

  it("names what a new order lacks", async () => {
    await expect(org.createOrders([{ Status: "Draft" }])).rejects.toThrow(
      "Required fields are missing: [AccountId, EffectiveDate]",
    );
  });

  it("lets an order change its account only while it is a draft", async () => {
    const [order] = await create({});
    await org.updateOrders([{ id: order!.Id, fields: { AccountId: GLOBEX.slice(0, 15) } }]);
    expect(org.getOrder(order!.Id)?.["AccountId"]).toBe(GLOBEX);
    await org.updateOrders([{ id: order!.Id, fields: { Status: "Activated" } }]);
    await expect(org.updateOrders([{ id: order!.Id, fields: { AccountId: ACME } }])).rejects.toMatchObject({
      errorCode: "FIELD_INTEGRITY_EXCEPTION",
    });
  });

  it("changes nothing when one order of a transaction is unknown", async () => {
    const [order] = await create({});
    const wrong = { id: "801000000000999AAA", fields: {} };
    await expect(
      org.updateOrders([{ id: order!.Id, fields: { TotalAmount: 9 } }, wrong]),
    ).rejects.toBeInstanceOf(OrgError);
    expect(org.getOrder(order!.Id)).toEqual(order);
    expect(org.getOrder("nonsense")).toBeUndefined();
  });
});

describe("late visibility", () => {
  it("shows a save to queries only after its delay, with the stamp of the save", async () => {
    const [order] = await create({});
    delayMs = 5_000;
    clock.move(1_000);
    await org.updateOrders([{ id: order!.Id, fields: { Status: "Activated" } }]);
    await create({});
    expect(visible()).toEqual(["00000101 Draft"]);
    expect(org.getOrder(order!.Id)?.["Status"]).toBe("Activated");
    clock.move(4_999);
    expect(visible()).toEqual(["00000101 Draft"]);
    clock.move(1);
    expect(visible()).toEqual(["00000101 Activated", "00000102 Draft"]);
    const from = "2026-11-22T10:00:01.000+0000";
    expect(visible({ from, to: from })).toEqual(["00000101 Activated", "00000102 Draft"]);
  });

  it("shows what was before in the window of its own stamp, and once only", async () => {
    const [order] = await create({});
    delayMs = 60_000;
    clock.move(10_000);
    await org.updateOrders([{ id: order!.Id, fields: { Status: "In Approval" } }]);
    clock.move(10_000);
    await org.updateOrders([{ id: order!.Id, fields: { Status: "Activated" } }]);
    const created = "2026-11-22T10:00:00.000+0000";
    expect(visible({ to: created })).toEqual(["00000101 Draft"]);
    expect(visible({ from: "2026-11-22T10:00:01.000+0000" })).toEqual([]);
    clock.move(50_000);
    expect(visible()).toEqual(["00000101 In Approval"]);
    clock.move(10_000);
    expect([visible(), visible({ to: created })]).toEqual([["00000101 Activated"], []]);
  });

  it("stays as it is over a restart", async () => {
    delayMs = 5_000;
    await create({});
    await stored.reopen();
    org = open();
    expect(visible()).toEqual([]);
    clock.move(5_000);
    expect(visible()).toEqual(["00000101 Draft"]);
  });
});

it("holds many orders and finds a window among them without reading all", async () => {
  const started = performance.now();
  for (let batch = 0; batch < 10; batch += 1) {
    await org.createOrders(Array.from({ length: 2_000 }, () => draft()));
    clock.move(60_000);
  }
  const created = performance.now() - started;
  expect(org.countOrders()).toBe(20_000);
  const before = performance.now();
  expect(visible({ from: "2026-11-22T10:03:00.000+0000", to: "2026-11-22T10:03:59.000+0000" })).toHaveLength(
    2_000,
  );
  // A tenth is read; generous for a busy machine.
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(created).toBeLessThan(20_000);
});
