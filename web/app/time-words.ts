/** Times as people say them. */

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "just now", "5 minutes ago", "yesterday", and after a week the date. */
export function toRelativeTime(instant: string, nowMs: number): string {
  const then = new Date(instant);
  const agoMs = nowMs - then.getTime();
  if (agoMs < 45_000) return "just now";
  if (agoMs < 45 * MINUTE_MS) return relative.format(-Math.max(1, Math.round(agoMs / MINUTE_MS)), "minute");
  if (agoMs < 22 * HOUR_MS) return relative.format(-Math.max(1, Math.round(agoMs / HOUR_MS)), "hour");
  if (agoMs < 7 * DAY_MS) return relative.format(-Math.max(1, Math.round(agoMs / DAY_MS)), "day");
  const isThisYear = then.getFullYear() === new Date(nowMs).getFullYear();
  return (isThisYear ? day : dayOfYear).format(then);
}

/** The whole date and time, in the person's own time zone. */
export function toExactTime(instant: string): string {
  return exact.format(new Date(instant));
}

/** The time of day in a time zone, as "22:05"; undefined where there is no such time zone. */
export function toTimeThere(timeZone: string, nowMs: number): string | undefined {
  try {
    const clock = { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    return new Intl.DateTimeFormat("en-GB", clock).format(nowMs);
  } catch {
    return undefined;
  }
}
