import { describe, expect, it } from "vitest";
import { DEFAULT_CORE_FIELDS, orderChangeSchema } from "../../../src/domain/order-change.ts";
import { CanonicalValueError } from "../../../src/ingress/canonical-value.ts";
import {
  CompoundFieldError,
  MissingFieldsError,
  toOrderChange,
} from "../../../src/ingress/to-order-change.ts";
import { DEFAULT_ORDER } from "../../support/outbound-message.ts";

const webhook = {
  coreFields: DEFAULT_CORE_FIELDS,
  otherFields: ["OrderNumber", "ContractId", "Region__c"],
  route: "outboundMessage",
} as const;
describe("toOrderChange", () => {
  it("puts core fields, in canonical form, apart from the other fields", () => {
    const change = toOrderChange(
      {
        ...DEFAULT_ORDER,
        Id: "801bm000029lXiH",
        AccountId: "001bm000028FNI2",
        ContractId: "800bm0000000001",
        Region__c: "EMEA",
      },
      { ...webhook, outboundMessageNotificationId: "04l7F000008aeAy" },
    );
    expect(change).toEqual({
      orderId: "801bm000029lXiHAAU",
      systemModstamp: "2026-11-22T10:00:00.000Z",
      changeHash: expect.stringMatching(/^[\w-]{22}$/),
      coreFields: {
        Id: "801bm000029lXiHAAU",
        AccountId: "001bm000028FNI2AAO",
        OwnerId: "005000000000001AAA",
        Status: "Draft",
        StatusCode: "Draft",
        TotalAmount: "1100",
        CreatedDate: "2026-11-22T09:00:00.000Z",
        SystemModstamp: "2026-11-22T10:00:00.000Z",
      },
      otherFields: { OrderNumber: "00000101", ContractId: "800bm0000000001AAA", Region__c: "EMEA" },
      route: "outboundMessage",
      outboundMessageNotificationId: "04l7F000008aeAyQAI",
    });
    expect(orderChangeSchema.parse(change)).toEqual(change);
  });

  it("holds null for a core field that was not sent, and nothing for any other", () => {
    const { AccountId: _a, TotalAmount: _t, OrderNumber: _n, ...rest } = DEFAULT_ORDER;
    const change = toOrderChange(rest, webhook);
    expect(change.coreFields).toMatchObject({ AccountId: null, TotalAmount: null });
    expect(change.otherFields).toEqual({});
    expect(Object.keys(change)).not.toContain("outboundMessageNotificationId");
  });

  it("keeps text as it is, even where it looks like an id, a number or an instant", () => {
    const text = {
      PoNumber: "00000114",
      ExternalId__c: "801bm000029lXiH",
      Version__c: "1.0",
      Due__c: "2026-11-22T10:00:00+01:00",
    };
    expect(
      toOrderChange({ ...DEFAULT_ORDER, ...text }, { ...webhook, otherFields: Object.keys(text) })
        .otherFields,
    ).toMatchObject(text);
    const asCore = toOrderChange(
      { ...DEFAULT_ORDER, ...text },
      { ...webhook, coreFields: Object.keys(text) },
    );
    expect(asCore.coreFields).toMatchObject(text);
  });

  it("treats empty text as no value and every line break as a line feed", () => {
    const change = toOrderChange(
      { ...DEFAULT_ORDER, StatusCode: "", Description: "a\r\nb\rc\nd", Note__c: "" },
      { ...webhook, otherFields: ["Description", "Note__c"] },
    );
    expect(change.coreFields["StatusCode"]).toBeNull();
    expect(change.otherFields).toMatchObject({ Description: "a\nb\nc\nd", Note__c: null });
  });

  it("always counts the required fields as core fields", () => {
    const o = { ...webhook, coreFields: ["Region__c"], otherFields: ["TotalAmount"] };
    const change = toOrderChange(DEFAULT_ORDER, o);
    expect(Object.keys(change.coreFields).sort()).toEqual([
      "CreatedDate",
      "Id",
      "Region__c",
      "Status",
      "SystemModstamp",
    ]);
    expect(change.otherFields).toHaveProperty("TotalAmount", "1100");
  });

  it("keeps nothing of fields that nobody asked for, because it would stand in histories for years", () => {
    const change = toOrderChange(
      { ...DEFAULT_ORDER, Description: "private", BillingStreet: "5th Avenue" },
      webhook,
    );
    expect(JSON.stringify(change)).not.toMatch(/private|Avenue/);
  });

  it("refuses a value that would not fit into what is stored with an order", () => {
    expect(() => toOrderChange({ ...DEFAULT_ORDER, Status: "x".repeat(1_001) }, webhook)).toThrow(
      "The field Status has 1001 characters; at most 1000 are taken.",
    );
    expect(() =>
      toOrderChange({ ...DEFAULT_ORDER, Description: "x".repeat(100_000) }, webhook),
    ).not.toThrow();
  });

  it("refuses a core field that has parts instead of a value, which would be read as empty", () => {
    const parts = { "Site__c.latitude__s": "52.5" };
    const options = { coreFields: ["Site__c"], otherFields: [], route: "poll" } as const;
    expect(() => toOrderChange({ ...DEFAULT_ORDER, ...parts }, options)).toThrow(CompoundFieldError);
    expect(
      toOrderChange({ ...DEFAULT_ORDER, ...parts }, { ...options, coreFields: [] }).coreFields,
    ).not.toHaveProperty("Site__c");
  });

  it("names every required field that is absent, null or empty", () => {
    const fields = { Id: "801bm000029lXiH", Status: null, CreatedDate: "" };
    let error: unknown;
    try {
      toOrderChange(fields, webhook);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(MissingFieldsError);
    expect(error).toMatchObject({
      orderId: "801bm000029lXiHAAU",
      fields: ["Status", "CreatedDate", "SystemModstamp"],
    });
    expect(String(error)).toContain("801bm000029lXiHAAU lacks Status, CreatedDate, SystemModstamp");
  });

  it("knows no order id when nothing was sent, as for a deleted order", () => {
    expect(() => toOrderChange({}, webhook)).toThrow(
      /\(without Id\) lacks Id, Status, CreatedDate, SystemModstamp/,
    );
  });

  it("does not take inherited properties for fields", () => {
    const change = toOrderChange(DEFAULT_ORDER, { ...webhook, coreFields: ["constructor", "toString"] });
    expect(change.coreFields).toMatchObject({ constructor: null, toString: null });
  });

  it.each([
    ["Id", "001000000000001AAA", "orderId"],
    ["Id", "801", "salesforceId"],
    ["AccountId", "Acme", "salesforceId"],
    ["TotalAmount", "1,100.00", "decimal"],
    ["SystemModstamp", "yesterday", "instant"],
    ["CreatedDate", "2026-02-30T00:00:00Z", "instant"],
    ["ActivatedDate", "2026-11-22", "instant"],
  ])("refuses %s %s, naming the field", (field, value, kind) => {
    let error: unknown;
    try {
      toOrderChange({ ...DEFAULT_ORDER, [field]: value }, { ...webhook, otherFields: [field] });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CanonicalValueError);
    expect(error).toMatchObject({ field, kind });
  });

  it("keeps IsDeleted of a deleted order alone, so that both routes agree about all others", () => {
    const told = toOrderChange(DEFAULT_ORDER, webhook);
    const living = toOrderChange({ ...DEFAULT_ORDER, IsDeleted: "false" }, { ...webhook, route: "poll" });
    const gone = toOrderChange({ ...DEFAULT_ORDER, IsDeleted: "true" }, { ...webhook, route: "poll" });
    expect(living.coreFields).toEqual(told.coreFields);
    expect(living.changeHash).toBe(told.changeHash);
    expect(gone.coreFields).toEqual({ ...told.coreFields, IsDeleted: "true" });
    expect(gone.changeHash).not.toBe(told.changeHash);
  });

  it("does so even where the settings name IsDeleted as a core field", () => {
    const o = { ...webhook, coreFields: [...DEFAULT_CORE_FIELDS, "IsDeleted"] };
    expect(toOrderChange(DEFAULT_ORDER, o)).toEqual(
      toOrderChange({ ...DEFAULT_ORDER, IsDeleted: "false" }, o),
    );
    expect(toOrderChange(DEFAULT_ORDER, o).coreFields).not.toHaveProperty("IsDeleted");
  });

  it("comes to one hash by both routes, also for custom fields whose type nobody knows", () => {
    const o = { ...webhook, coreFields: [...DEFAULT_CORE_FIELDS, "Weight__c", "Due__c", "Note__c"] };
    const soap = {
      ...DEFAULT_ORDER,
      Id: DEFAULT_ORDER.Id.slice(0, 15),
      TotalAmount: "1.1E7",
      Weight__c: "10.0",
      Due__c: "2026-12-24T10:00:00.000Z",
    };
    const rest = {
      ...DEFAULT_ORDER,
      CreatedDate: "2026-11-22T09:00:00.000+0000",
      SystemModstamp: "2026-11-22T10:00:00.000+0000",
      TotalAmount: "11000000",
      Weight__c: "10",
      Due__c: "2026-12-24T10:00:00.000+0000",
      Note__c: null,
      IsDeleted: "false",
    };
    expect(toOrderChange(rest, { ...o, route: "poll" }).changeHash).toBe(toOrderChange(soap, o).changeHash);
  });

  it("says since when polling knows every order, only for polled changes", () => {
    const pollingSince = "2026-11-22T08:00:00.000Z";
    const polled = toOrderChange(DEFAULT_ORDER, { ...webhook, route: "reconciliation", pollingSince });
    expect(polled).toMatchObject({ route: "reconciliation", pollingSince });
    expect(orderChangeSchema.parse(polled)).toEqual(polled);
    expect(toOrderChange(DEFAULT_ORDER, webhook)).not.toHaveProperty("pollingSince");
  });
});
