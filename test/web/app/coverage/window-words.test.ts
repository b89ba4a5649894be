import { describe, expect, it } from "vitest";
import { createWindowWords, toClockSentence } from "../../../../web/app/coverage/window-words.ts";

const FROM = "2026-11-22T23:00:00.000Z";

describe("an hour", () => {
  it("is told in the reader's own time zone, and in UTC beside it", () => {
    expect(createWindowWords(1, "Asia/Kolkata")(FROM)).toEqual({
      axis: "04:30",
      name: "Mon 23 Nov, 04:30–05:30",
      utc: "23:00–00:00 UTC",
    });
  });

  it("is told once to a reader whose clock shows UTC", () => {
    const words = createWindowWords(1, "UTC")(FROM);
    expect(words).toEqual({ axis: "23:00", name: "Sun 22 Nov, 23:00–00:00", utc: undefined });
  });
});

describe("a day", () => {
  it("is a day of UTC wherever the reader is", () => {
    const words = createWindowWords(24, "America/New_York")("2026-11-22T00:00:00.000Z");
    expect(words).toEqual({ axis: "22 Nov", name: "Sun 22 Nov", utc: undefined });
  });
});

describe("the sentence about the clock", () => {
  it.each([
    [1, "Europe/Berlin", "Hours are in your own time zone, Europe/Berlin."],
    [1, "Europe/London", "Hours are in UTC."],
    [24, "Europe/Berlin", "Days are in UTC; here (Europe/Berlin) each begins at 01:00."],
    [24, "UTC", "Days are in UTC."],
  ] as const)("for windows of %i hours in %s is: %s", (windowHours, timeZone, sentence) => {
    expect(toClockSentence(windowHours, "2026-11-22T00:00:00.000Z", timeZone)).toBe(sentence);
  });
});
