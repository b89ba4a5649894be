import { describe, expect, it } from "vitest";
import { toEmptyCoverage } from "../../../../src/domain/coverage.ts";
import { type RangeChoice, toRange } from "../../../../web/app/coverage/coverage-range.ts";

const NOW_MS = Date.parse("2026-11-22T10:20:30.000Z");

describe("a range", () => {
  it("of 24 hours ends with the hour that is still filling", () => {
    expect(toRange("day", NOW_MS)).toEqual({
      from: "2026-11-21T11:00:00.000Z",
      to: "2026-11-22T11:00:00.000Z",
    });
  });

  it("of days holds whole days of UTC, today included", () => {
    expect(toRange("week", NOW_MS)).toEqual({
      from: "2026-11-16T00:00:00.000Z",
      to: "2026-11-23T00:00:00.000Z",
    });
  });

  it("already counts the hour or day that begins at this very moment", () => {
    const midnightMs = Date.parse("2026-11-22T00:00:00.000Z");
    expect(toRange("day", midnightMs).to).toBe("2026-11-22T01:00:00.000Z");
    expect(toRange("week", midnightMs).to).toBe("2026-11-23T00:00:00.000Z");
  });

  it.each<[RangeChoice, number, number]>([
    ["day", 24, 1],
    ["week", 7, 24],
    ["month", 30, 24],
  ])("%s is answered in %i windows of %i hours", (choice, count, windowHours) => {
    const { from, to } = toRange(choice, NOW_MS);
    expect(toEmptyCoverage(from, to)).toMatchObject({ from, to, windowHours });
    expect(toEmptyCoverage(from, to).windows).toHaveLength(count);
  });
});
