/** Instants as an auditor reads them: in UTC, and in the form that the sentences of the API have too. */

/** "2026-11-22". */
export function toUtcDay(instant: string): string {
  return instant.slice(0, 10);
}

/** "2026-11-22 10:00:03 UTC". */
export function toUtcTime(instant: string): string {
  return `${toUtcDay(instant)} ${instant.slice(11, 19)} UTC`;
}

/** "10:00:03.120", for lists whose day is said elsewhere. */
export function toUtcClock(instant: string): string {
  return instant.slice(11, 23);
}

/** How long between two instants: "under a second", "4 seconds", "2 minutes", "3 hours", "5 days". */
export function toDurationWords(from: string, to: string): string {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  if (seconds < 1) return "under a second";
  const units = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const;
  const [unit, size] = units.find(([, length]) => seconds >= 2 * length) ?? (["second", 1] as const);
  const count = Math.round(seconds / size);
  return `${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"}`;
}
