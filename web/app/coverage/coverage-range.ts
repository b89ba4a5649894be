/** The ranges that can be looked at. All end with the window that is still filling. */

/** What a person chooses. */
export type RangeChoice = "day" | "week" | "month";

/** The choices, in the order they are shown. */
export const RANGE_CHOICES: readonly { id: RangeChoice; label: string }[] = [
  { id: "day", label: "24 hours" },
  { id: "week", label: "7 days" },
  { id: "month", label: "30 days" },
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WINDOWS = {
  day: { count: 24, lengthMs: HOUR_MS },
  week: { count: 7, lengthMs: DAY_MS },
  month: { count: 30, lengthMs: DAY_MS },
} as const;

/** The range of a choice as instants, in whole hours or whole days of UTC. */
export function toRange(choice: RangeChoice, nowMs: number): { from: string; to: string } {
  const { count, lengthMs } = WINDOWS[choice];
  const endMs = (Math.floor(nowMs / lengthMs) + 1) * lengthMs;
  return {
    from: new Date(endMs - count * lengthMs).toISOString(),
    to: new Date(endMs).toISOString(),
  };
}
