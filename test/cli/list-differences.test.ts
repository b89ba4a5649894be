import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listDifferences } from "../../cli/list-differences.ts";

describe("the places where two values differ", () => {
  it("are named by their path, and what one of them lacks is nothing", () => {
    expect(
      listDifferences({ a: [{ b: 1 }, 2], same: {}, only: null }, { a: [{ b: "1" }], same: {}, more: 0 }),
    ).toEqual([
      { path: "a[0].b", recorded: 1, now: "1" },
      { path: "a[1]", recorded: 2, now: undefined },
      { path: "only", recorded: null, now: undefined },
      { path: "more", recorded: undefined, now: 0 },
    ]);
  });

  it("go on from paths that are keys already", () => {
    const toInput = (value: string) => ({ input: { "[0].recipients[1].priority": value } });
    expect(listDifferences(toInput("high"), toInput("(absent)"))).toEqual([
      { path: "input[0].recipients[1].priority", recorded: "high", now: "(absent)" },
    ]);
  });

  it("are the whole where the values are of two kinds", () => {
    expect(listDifferences("text", ["text"])).toEqual([{ path: "", recorded: "text", now: ["text"] }]);
  });

  it("are none in equal values, and some in any others", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(listDifferences(one, structuredClone(one))).toEqual([]);
        const isSame = JSON.stringify(sortKeys(one)) === JSON.stringify(sortKeys(other));
        expect(listDifferences(one, other).length > 0).toBe(!isSame);
      }),
    );
  });
});

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sortKeys(one)]));
}
