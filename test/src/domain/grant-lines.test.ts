import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeFormula, parseCsv, toCsvLine } from "../../../src/domain/csv.ts";
import { type GrantLine, readGrantLines } from "../../../src/domain/grant-lines.ts";
import { anyScope, anyText } from "../../support/any-subscription.ts";

const anyLine: fc.Arbitrary<GrantLine> = fc.record({
  userId: anyText.map((id) => `x${id.trim()}`),
  scope: anyScope,
  label: fc.option(anyText),
  remove: fc.boolean(),
});
const many = fc.uniqueArray(anyLine, {
  selector: ({ userId, scope }) => JSON.stringify([userId, scope]),
  maxLength: 5,
});

const HEADER = "userId,scope,label,remove";
const toCsv = (lines: readonly GrantLine[]) =>
  [
    toCsvLine(HEADER.split(",")),
    ...lines.map(({ userId, scope, label, remove }) =>
      toCsvLine([...[userId, scope, label ?? ""].map(escapeFormula), remove ? "TRUE" : ""]),
    ),
  ].join("");
const readCsv = (...lines: string[]) => readGrantLines("csv", lines.join("\n"));

describe("lines of grants", () => {
  it("come back from CSV as they were", () => {
    fc.assert(
      fc.property(many, (lines) => {
        const { rows, problems } = readGrantLines("csv", toCsv(lines));
        expect(problems).toEqual([]);
        expect(rows.map(({ row }) => row)).toEqual(lines);
        expect(rows.map(({ line }) => line)).toEqual(
          parseCsv(toCsv(lines))
            .records.slice(1)
            .map((r) => r.line),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("come back from NDJSON as they were", () => {
    fc.assert(
      fc.property(many, (lines) => {
        const text = lines.map((line) => JSON.stringify(line)).join("\n");
        const { rows, problems } = readGrantLines("ndjson", text);
        expect(problems).toEqual([]);
        expect(rows).toEqual(lines.map((row, index) => ({ line: index + 1, row })));
      }),
      { numRuns: 1_000 },
    );
  });

  it("need no more than a person and a scope, in any order and after a byte order mark", () => {
    const row = { userId: "ada", scope: "all", label: null, remove: false };
    expect(readGrantLines("ndjson", '{"scope":"all","userId":"ada"}')).toEqual({
      rows: [{ line: 1, row }],
      problems: [],
    });
    expect(readCsv("\uFEFFscope,userId", "all,ada")).toEqual({ rows: [{ line: 2, row }], problems: [] });
  });

  it("remove where the cell says true, however it is written", () => {
    const { rows } = readCsv(HEADER, "ada,all,,true", "bob,all,,TRUE", "cleo,all,,False", "dora,all,,");
    expect(rows.map(({ row }) => row.remove)).toEqual([true, true, false, false]);
  });

  it.each([
    ["userId,label", /^header lacks scope$/],
    ["scope", /^header lacks userId$/],
    ["userId,scope,who", /^header has "who", which is none of userId, scope, label, remove$/],
    ["userId,scope,userId", /^header has userId twice$/],
  ])("refuse the header %j", (header, message) => {
    expect(readCsv(header, "ada,all")).toEqual({
      rows: [],
      problems: [{ line: 1, message: expect.stringMatching(message) }],
    });
  });

  it.each([
    ["ada,nothing,,", /^scope must be all/],
    [",all,,", /^userId /],
    [" ada,all,,", /^userId must not be blank/],
    [`ada,all,${"x".repeat(101)},`, /^label /],
    ["ada,all,,perhaps", /^remove must be true or false$/],
    ["ada,all", /^has 2 cells, but the header has 4$/],
    ["grace,all,Everything,", /^userId and scope are those of line 2$/],
    ["grace,all,,true", /^userId and scope are those of line 2$/],
  ])("name the line and the field of %j", (row, message) => {
    expect(readCsv(HEADER, "grace,all,,", row).problems).toEqual([
      { line: 3, message: expect.stringMatching(message) },
    ]);
  });

  it.each([
    ['{"userId":"ada"}', /^scope /],
    ['{"userId":"ada","scope":"all","who":"me"}', /who/],
    ['{"userId":"ada","scope":"all","remove":"true"}', /^remove must be true or false$/],
    ['{"userId":"ada","scope":"all"', /^is not JSON$/],
    ["[]", /object/],
  ])("name the line and the field of %j", (line, message) => {
    const good = '{"userId":"grace","scope":"all"}';
    expect(readGrantLines("ndjson", `${good}\n\n${line}`).problems).toEqual([
      { line: 3, message: expect.stringMatching(message) },
    ]);
  });
});
