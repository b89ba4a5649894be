import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toApiUsage, toNextPath, toOrderFields } from "../../../src/ingress/salesforce-answers.ts";
import { toOrderChange } from "../../../src/ingress/to-order-change.ts";

describe("toOrderFields", () => {
  it("keeps plain values as text and null as null, and drops attributes, compound values and related records", () => {
    expect(
      toOrderFields({
        attributes: { type: "Order" },
        OrderNumber: "00000114",
        TotalAmount: 1e21,
        Rate__c: 0.1,
        IsDeleted: true,
        EndDate: null,
        Account: { Name: "Acme" },
        Tags: ["a"],
      }),
    ).toEqual({
      OrderNumber: "00000114",
      TotalAmount: "1e+21",
      Rate__c: "0.1",
      IsDeleted: "true",
      EndDate: null,
    });
  });

  it("gives what becomes the same change as the outbound message of the same version", () => {
    const o = { coreFields: ["TotalAmount", "AccountId"], otherFields: [], route: "poll" } as const;
    const fixed = {
      Id: "801000000000001AAA",
      Status: "Draft",
      CreatedDate: "2026-11-22T09:00:00.000+0000",
      SystemModstamp: "2026-11-22T10:00:00.000+0000",
      AccountId: null,
    };
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e18, max: 1e18 }), (amount) => {
        const byPoll = toOrderChange(toOrderFields({ ...fixed, TotalAmount: amount }), o);
        const byMessage = toOrderChange(
          {
            Id: "801000000000001AAA",
            Status: "Draft",
            CreatedDate: "2026-11-22T09:00:00.000Z",
            SystemModstamp: "2026-11-22T10:00:00.000Z",
            TotalAmount: Number.isInteger(amount) ? `${String(amount)}.0` : String(amount),
          },
          o,
        );
        expect(byPoll).toEqual(byMessage);
      }),
    );
  });
});

describe("toNextPath", () => {
  const instance = "https://acme.my.salesforce.com";

  it.each([
    ["/services/data/v66.0/query/01gRM000000abcd-2000", "/services/data/v66.0/query/01gRM000000abcd-2000"],
    [`${instance}/services/data/v66.0/queryAll/0r8x-500`, "/services/data/v66.0/queryAll/0r8x-500"],
  ])("takes %s", (url, path) => {
    expect(toNextPath(url, instance)).toBe(path);
  });

  it("gives nothing but a path of a query, whatever is named", () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string(), fc.webPath()), (url) => {
        expect(() => toNextPath(url, instance)).toThrow("a next page that is not its own");
      }),
    );
  });
});

describe("toApiUsage", () => {
  it.each([
    ["api-usage=18/15000", { used: 18, limit: 15_000 }],
    ["api-usage=25/5000; per-app-api-usage=17/250(appName=sample)", { used: 25, limit: 5_000 }],
    ["per-app-api-usage=17/250(appName=sample); api-usage=25/5000", { used: 25, limit: 5_000 }],
    ["per-app-api-usage=17/250(appName=sample)", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("reads %j", (header, usage) => {
    expect(toApiUsage(header)).toEqual(usage);
  });
});
