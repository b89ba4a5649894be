import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ComparedRow, compareValues, toLines } from "../../../../web/app/audit/compare-values.ts";

/** The lines of one side that are on show, and how many are left out. */
function toSide(rows: readonly ComparedRow[], side: "recorded" | "now"): (string | number)[] {
  return rows.flatMap<string | number>((row) =>
    row.kind === "equal" ? [row.count] : (row[side]?.text ?? []),
  );
}

function toDifferences(rows: readonly ComparedRow[]): (string | undefined)[][] {
  return rows.flatMap((row) =>
    row.kind === "lines" && (row.recorded ?? row.now)?.isDifferent
      ? [[row.recorded?.different, row.now?.different]]
      : [],
  );
}

describe("two values side by side", () => {
  it("mark only what differs inside a line", () => {
    const rows = compareValues({ title: "Order 114 was activated" }, { title: "Order 114 is now activated" });
    expect(toDifferences(rows)).toEqual([["was", "is now"]]);
  });

  it("mark what stands on one side alone", () => {
    const rows = compareValues(["ada", "grace"], ["ada", "alan", "grace"]);
    expect(toDifferences(rows)).toEqual([[undefined, '  "alan",']]);
  });

  it("leave the order of keys aside, for JSON knows none", () => {
    expect(compareValues({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toEqual([
      { kind: "equal", count: 7 },
    ]);
  });

  it("leave out equal lines far from any difference", () => {
    const values = Array.from({ length: 100 }, (_, n) => n);
    const rows = compareValues(values, values.with(50, -1));
    expect(rows[0]).toEqual({ kind: "equal", count: 48 });
    expect(rows.at(-1)).toEqual({ kind: "equal", count: 47 });
    expect(rows).toHaveLength(2 + 3 + 1 + 3);
  });

  it.each([
    [undefined, { a: 1 }],
    [{ a: 1 }, undefined],
  ])("may be there on one side only", (recorded, now) => {
    const rows = compareValues(recorded, now);
    expect(toSide(rows, "recorded")).toEqual(toLines(recorded));
    expect(toSide(rows, "now")).toEqual(toLines(now));
  });

  it("do not cut a letter of two halves", () => {
    expect(toDifferences(compareValues("😀", "😁"))).toEqual([["😀", "😁"]]);
  });

  it("lose no line of either side, whatever they are", () => {
    const count = (rows: readonly ComparedRow[], side: "recorded" | "now"): number =>
      toSide(rows, side).reduce<number>((sum, one) => sum + (typeof one === "number" ? one : 1), 0);
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (recorded, now) => {
        const rows = compareValues(recorded, now);
        expect(count(rows, "recorded")).toBe(toLines(recorded).length);
        expect(count(rows, "now")).toBe(toLines(now).length);
        for (const row of rows) {
          if (row.kind === "lines" && row.recorded && row.now) {
            expect(row.recorded.isDifferent).toBe(row.recorded.text !== row.now.text);
          }
        }
      }),
    );
  });

  it("are compared in time when all of many lines differ", () => {
    const many = (sign: number): number[] => Array.from({ length: 10_000 }, (_, n) => sign * (n + 1));
    const startedMs = performance.now();
    expect(compareValues(many(1), many(-1)).length).toBeGreaterThan(9_000);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
