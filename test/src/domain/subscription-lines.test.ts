import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCsv } from "../../../src/domain/csv.ts";
import { CSV_HEADER, toCsvRow } from "../../../src/domain/subscription-csv.ts";
import {
  readSubscriptionLines,
  toNdjsonLine,
  toSubscriptionKey,
} from "../../../src/domain/subscription-lines.ts";
import { anySubscription } from "../../support/any-subscription.ts";

const many = fc.uniqueArray(anySubscription, {
  selector: ({ scope, target }) => toSubscriptionKey(scope, target),
  maxLength: 5,
});

const readCsv = (...lines: string[]) => readSubscriptionLines("csv", lines.join("\n"));

describe("lines of subscriptions", () => {
  it("come back from CSV as they were", () => {
    fc.assert(
      fc.property(many, (subscriptions) => {
        const { rows, problems } = readSubscriptionLines(
          "csv",
          CSV_HEADER + subscriptions.map(toCsvRow).join(""),
        );
        expect(problems).toEqual([]);
        expect(rows.map(({ subscription }) => subscription)).toEqual(subscriptions);
      }),
      { numRuns: 1_000 },
    );
  });

  it("come back from NDJSON as they were", () => {
    fc.assert(
      fc.property(many, (subscriptions) => {
        const { rows, problems } = readSubscriptionLines(
          "ndjson",
          subscriptions.map(toNdjsonLine).join("\n"),
        );
        expect(problems).toEqual([]);
        expect(rows.map(({ subscription }) => subscription)).toEqual(subscriptions);
      }),
      { numRuns: 1_000 },
    );
  });

  it("never make a cell, or an item of a list, that a spreadsheet would run", () => {
    fc.assert(
      fc.property(anySubscription, (subscription) => {
        const cells = parseCsv(toCsvRow(subscription)).records[0]?.cells ?? [];
        const lists = [cells[3], cells[4], cells[6]].flatMap((cell) => cell?.split(/(?<!\\);/) ?? []);
        expect([...cells, ...lists].filter((text) => /^[=+\-@]/.test(text))).toEqual([]);
      }),
    );
  });

  it("may have their columns in any order, and after a byte order mark", () => {
    const { rows, problems } = readCsv(
      "\uFEFFpriority,group,scope,fieldEquals",
      "high,sales;north,all,Region__c=A\\;B;Tier__c=1",
    );
    expect(problems).toEqual([]);
    expect(rows).toEqual([
      {
        line: 2,
        subscription: {
          scope: "all",
          target: { kind: "group", group: "sales;north" },
          rules: { priority: "high", fieldEquals: { Region__c: "A;B", Tier__c: "1" } },
        },
      },
    ]);
  });

  it("take text that begins like a formula as it stands", () => {
    const { rows } = readCsv("scope,userId,minimumAmount", "all,+49 30,-5");
    expect(rows[0]?.subscription).toMatchObject({
      target: { userId: "+49 30" },
      rules: { minimumAmount: "-5" },
    });
  });

  it.each([
    ["scope,user", /header has "user"/],
    ["scope,scope,userId", /scope twice/],
    ["userId", /lacks scope/],
    ["scope,priority", /lacks userId and group/],
  ])("refuse the header %j", (header, message) => {
    expect(readCsv(header, "all,ada").problems).toEqual([
      { line: 1, message: expect.stringMatching(message) },
    ]);
  });

  it.each([
    ["nothing,ada,,,,,,,,", /^scope must be all/],
    ["all,,,,,,,,,", /^userId or group/],
    ["all,ada,sales,,,,,,,", /^userId or group/],
    ["all,ada", /^has 2 cells, but the header has 10/],
    ["all,ada,,exploded,,,,,,", /^transitions\.0 /],
    ["all,ada,,,a;;b,,,,,", /^statuses\.1 /],
    ["all,ada,,,,1e9,,,,", /^minimumAmount must be a plain decimal/],
    ["all,ada,,,,,Region__c,,,", /^fieldEquals\.Region__c /],
    ["all,ada,,,,,A=1;A=2,,,", /^fieldEquals names A twice/],
    ["all,ada,,,,,,urgent,,", /^priority /],
    ["all,ada,,,,,,high,soon,leads", /^escalateAfterMinutes /],
    ["all,ada,,,,,,high,,leads", /^escalateAfterMinutes /],
    ["all,ada,,,,,,high,5,", /^escalateGroup /],
    ["all,ada,,,,,,normal,5,leads", /needs the priority high/],
  ])("name the line and the field of %j", (row, message) => {
    const { rows, problems } = readSubscriptionLines("csv", `${CSV_HEADER}all,grace,,,,,,,,\n${row}`);
    expect(rows).toHaveLength(1);
    expect(problems[0]).toEqual({ line: 3, message: expect.stringMatching(message) });
  });

  it("name what is no JSON, and two lines for the same subscription", () => {
    const line = '{"scope":"all","target":{"kind":"user","userId":"ada"}}';
    expect(readSubscriptionLines("ndjson", `${line}\n\n{\n${line}`).problems).toEqual([
      { line: 3, message: "is not JSON" },
      { line: 4, message: "scope and target are those of line 1" },
    ]);
  });
});
