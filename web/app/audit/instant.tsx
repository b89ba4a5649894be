import { toUtcClock, toUtcTime } from "./utc-words.ts";

/** An instant in UTC that programs can read too. */
export function Instant({ at, clockOnly = false }: { at: string; clockOnly?: boolean }) {
  return <time dateTime={at}>{clockOnly ? toUtcClock(at) : toUtcTime(at)}</time>;
}
