import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dueMinuteSchema,
  LAST_DIGEST_ATTEMPT,
  toDigestRestMs,
  toDueInstant,
  toDueMinute,
  toQuarterStart,
} from "../../../src/domain/digest.ts";

const instant = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2200-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());

describe("a due minute", () => {
  it("begins when quiet hours end, or less than a minute later", () => {
    fc.assert(
      fc.property(instant, (quietUntil) => {
        const dueMinute = dueMinuteSchema.parse(toDueMinute(quietUntil));
        const lateMs = Date.parse(toDueInstant(dueMinute)) - Date.parse(quietUntil);
        expect(lateMs).toBeGreaterThanOrEqual(0);
        expect(lateMs).toBeLessThan(60_000);
      }),
    );
  });

  it("is the minute itself when quiet hours end on it, also across a year", () => {
    expect(toDueMinute("2026-11-22T07:00:00.000Z")).toBe("2026-11-22T07:00");
    expect(toDueMinute("2026-12-31T23:59:00.001Z")).toBe("2027-01-01T00:00");
  });
});

describe("the quarter of an hour", () => {
  it("begins at most 15 minutes before, on a quarter", () => {
    fc.assert(
      fc.property(instant, (at) => {
        const start = toQuarterStart(at);
        const earlierMs = Date.parse(at) - Date.parse(start);
        expect(earlierMs).toBeGreaterThanOrEqual(0);
        expect(earlierMs).toBeLessThan(15 * 60_000);
        expect(start).toMatch(/:(00|15|30|45):00\.000Z$/);
      }),
    );
  });
});

describe("attempts", () => {
  it("go on for about a day", () => {
    const rests = Array.from({ length: LAST_DIGEST_ATTEMPT - 1 }, (_, index) => toDigestRestMs(index + 1));
    const hours = rests.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(22);
    expect(hours).toBeLessThan(26);
  });
});
