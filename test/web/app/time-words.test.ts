import { expect, it } from "vitest";
import { toRelativeTime, toTimeThere } from "../../../web/app/time-words.ts";

const NOW_MS = Date.parse("2026-11-22T12:00:00.000Z");
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

it.each([
  [-5 * MINUTE_MS, "just now"],
  [10_000, "just now"],
  [50_000, "1 minute ago"],
  [7 * MINUTE_MS, "7 minutes ago"],
  [50 * MINUTE_MS, "1 hour ago"],
  [26 * 60 * MINUTE_MS, "yesterday"],
  [3 * DAY_MS, "3 days ago"],
  [30 * DAY_MS, "23 Oct"],
  [400 * DAY_MS, "18 Oct 2025"],
])("calls %d ms ago %j", (agoMs, words) => {
  expect(toRelativeTime(new Date(NOW_MS - agoMs).toISOString(), NOW_MS)).toBe(words);
});

it("tells the time of day elsewhere, and of nowhere none", () => {
  const now = Date.parse("2026-07-10T22:35:00Z");
  expect(toTimeThere("Asia/Kolkata", now)).toBe("04:05");
  expect(toTimeThere("Europe/Berlin", now)).toBe("00:35");
  expect(toTimeThere("Mars/Olympus", now)).toBeUndefined();
});
