import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeFormula, parseCsv, toCsvLine, unescapeFormula } from "../../../src/domain/csv.ts";

const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\r", "\n", ";", " ", "'", "=", "ü") });

describe("CSV", () => {
  it("is read as it was written, whatever the cells hold, and each record knows its line", () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 }), (rows) => {
        const { records, problem } = parseCsv(rows.map(toCsvLine).join(""));
        expect(problem).toBeUndefined();
        expect(records.map(({ cells }) => cells)).toEqual(rows);
        const lengths = rows.map((row) => toCsvLine(row).split("\n").length - 1);
        expect(records.map(({ line }) => line)).toEqual(
          rows.map((_, index) => 1 + lengths.slice(0, index).reduce((sum, n) => sum + n, 0)),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("never throws, and loses no record before a problem", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\r", "\n") });
    fc.assert(
      fc.property(text, (rest) => {
        expect(parseCsv(`x,y\r\n${rest}`).records[0]).toEqual({ line: 1, cells: ["x", "y"] });
      }),
      { numRuns: 1_000 },
    );
  });

  it("may end its lines with a line feed, end without one, and hold empty lines", () => {
    const expected = [
      { line: 1, cells: ["a", "b"] },
      { line: 3, cells: ["c", ""] },
    ];
    expect(parseCsv("a,b\n\nc,")).toEqual({ records: expected });
    expect(parseCsv("a,b\r\n\r\nc,\r\n")).toEqual({ records: expected });
    expect(parseCsv('""')).toEqual({ records: [{ line: 1, cells: [""] }] });
  });

  it.each([
    ['a,b\nc,d"e', 2, /quote inside/],
    ['a,b\n"c" ,d', 2, /after the closing quote/],
    ['a,"b\nc"\nd,"e\nf', 3, /never closed/],
    ["a,b\rc,d", 1, /carriage return/],
  ])("names the line of what is none: %j", (text, line, message) => {
    expect(parseCsv(text).problem).toEqual({ line, message: expect.stringMatching(message) });
  });

  it("reads a cell of megabytes and a million doubled quotes", () => {
    const long = `${"x".repeat(1_000_000)}${'"'.repeat(1_000_000)}`;
    expect(parseCsv(toCsvLine([long, "y"])).records[0]?.cells[0]).toBe(long);
  });
});

describe("a cell that a spreadsheet would take for a formula", () => {
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1"])("is escaped: %j", (text) => {
    expect(escapeFormula(text)).toBe(`'${text}`);
  });

  it("comes back unchanged, and so does every other", () => {
    const text = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "a", "\t", "\n") });
    fc.assert(
      fc.property(text, (value) => {
        expect(unescapeFormula(escapeFormula(value))).toBe(value);
        expect(escapeFormula(value)).not.toMatch(/^[=+\-@]/);
      }),
      { numRuns: 1_000 },
    );
  });
});
