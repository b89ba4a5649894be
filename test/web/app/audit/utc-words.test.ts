import { describe, expect, it } from "vitest";
import { toDurationWords, toUtcClock, toUtcTime } from "../../../../web/app/audit/utc-words.ts";

const START = "2026-11-22T23:59:59.250Z";

describe("instants", () => {
  it("are told in UTC wherever the reader is", () => {
    expect(toUtcTime(START)).toBe("2026-11-22 23:59:59 UTC");
    expect(toUtcClock(START)).toBe("23:59:59.250");
  });
});

describe("a duration", () => {
  it.each([
    ["2026-11-22T23:59:59.500Z", "under a second"],
    ["2026-11-23T00:00:00.300Z", "1 second"],
    ["2026-11-23T00:01:30.250Z", "91 seconds"],
    ["2026-11-23T00:02:59.250Z", "3 minutes"],
    ["2026-11-23T05:00:00.000Z", "5 hours"],
    ["2026-11-25T23:59:59.250Z", "3 days"],
  ])("to %s is %s", (end, words) => {
    expect(toDurationWords(START, end)).toBe(words);
  });
});
