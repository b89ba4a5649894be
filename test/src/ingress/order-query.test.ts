import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import { toOrderQuery, toRecordIds } from "../../../src/ingress/order-query.ts";

const WINDOW = { from: "2026-11-22T10:00:00.000Z", to: "2026-11-22T11:00:00Z" };
const AFTER = { systemModstamp: "2026-11-22T10:30:00.000Z", id: "801000000000001AAA" };

/** What a query of ours may look like, whatever went in. */
const INSTANT = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z`;
const QUERY = new RegExp(
  String.raw`^SELECT [A-Za-z]\w*(?:, [A-Za-z]\w*)* FROM Order ` +
    `WHERE SystemModstamp >= ${INSTANT} AND SystemModstamp < ${INSTANT}` +
    String.raw`(?: AND \(\(SystemModstamp = (${INSTANT}) AND Id > '[A-Za-z0-9]{15,18}'\) OR SystemModstamp > \1\))?` +
    " ORDER BY SystemModstamp ASC, Id ASC$",
);

describe("toOrderQuery", () => {
  it("asks for a window in the order of stamps and ids", () => {
    expect(toOrderQuery(["Id", "SystemModstamp"], WINDOW, null)).toBe(
      "SELECT Id, SystemModstamp FROM Order WHERE SystemModstamp >= 2026-11-22T10:00:00.000Z " +
        "AND SystemModstamp < 2026-11-22T11:00:00.000Z ORDER BY SystemModstamp ASC, Id ASC",
    );
  });

  it("goes on behind a position inside one stamp", () => {
    expect(toOrderQuery(["Id"], WINDOW, AFTER)).toBe(
      "SELECT Id FROM Order WHERE SystemModstamp >= 2026-11-22T10:00:00.000Z AND SystemModstamp < 2026-11-22T11:00:00.000Z " +
        "AND ((SystemModstamp = 2026-11-22T10:30:00.000Z AND Id > '801000000000001AAA') " +
        "OR SystemModstamp > 2026-11-22T10:30:00.000Z) ORDER BY SystemModstamp ASC, Id ASC",
    );
  });

  it("names each field once", () => {
    expect(toOrderQuery(["Id", "Status", "Id"], WINDOW, null)).toContain("SELECT Id, Status FROM");
  });

  it.each([
    "2026-11-22T10:00:00.500Z",
    "2026-11-22T10:00:00+01:00",
    "2026-02-30T10:00:00Z",
    "2026-11-22T23:59:60Z",
    "2026-11-22",
    "",
  ])("refuses %j as an instant", (instant) => {
    expect(() => toOrderQuery(["Id"], { ...WINDOW, from: instant }, null)).toThrow(SalesforceError);
    expect(() => toOrderQuery(["Id"], WINDOW, { ...AFTER, systemModstamp: instant })).toThrow(
      SalesforceError,
    );
  });

  it("refuses a query for no fields", () => {
    expect(() => toOrderQuery([], WINDOW, null)).toThrow("No order field");
  });

  it("lets no field name, id or instant break out of the query", () => {
    const spiteful = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[\w' ,()\n\\.-]{0,20}$/),
      fc.constantFrom(
        "Id",
        "Region__c",
        "801000000000001",
        "801000000000001AAA",
        "Id\n",
        "__proto__",
        WINDOW.to,
      ),
    );
    const wellFormed = fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: spiteful },
    );
    let made = 0;
    fc.assert(
      fc.property(
        fc.record({ field: wellFormed, from: wellFormed, to: wellFormed, id: wellFormed, stamp: wellFormed }),
        ({ field, from, to, id, stamp }) => {
          const window = { from: from ?? WINDOW.from, to: to ?? WINDOW.to };
          const after = { id: id ?? AFTER.id, systemModstamp: stamp ?? AFTER.systemModstamp };
          try {
            expect(toOrderQuery(["Id", field ?? "Status"], window, after)).toMatch(QUERY);
            made += 1;
          } catch (error) {
            if (!(error instanceof SalesforceError)) throw error;
            expect(error.retryable).toBe(false);
            expect(error.message.length).toBeLessThan(300);
          }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(made).toBeGreaterThan(100);
  });
});

describe("toRecordIds", () => {
  it("takes ids of 15 and of 18 characters as they are", () => {
    const ids = ["801000000000001", "801000000000001AAA"];
    expect(toRecordIds(ids)).toEqual(ids);
  });

  it.each(["", "801", "8010000000000010", "801000000000001AA'", "801000000000001\n", "80100000000000é"])(
    "refuses %j",
    (id) => {
      expect(() => toRecordIds(["801000000000001", id])).toThrow(SalesforceError);
    },
  );
});
