/**
 * When a person is not to be disturbed: hours of the day on the clock of their own time zone.
 *
 * Only activities ask: a later time-zone database must not change what was decided, so the instant is recorded.
 */
import { z } from "zod";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:00");

/** From `from` up to `to`, over midnight when `from` is the later one; both on the clock of `timeZone` (IANA). */
export const quietHoursSchema = z
  .strictObject({
    timeZone: z.string().refine(isTimeZone, "must be a time zone such as Europe/Berlin"),
    from: timeOfDay,
    to: timeOfDay,
  })
  .refine(({ from, to }) => from !== to, { path: ["to"], error: "must differ from the beginning" });

export type QuietHours = z.infer<typeof quietHoursSchema>;

/** Whether the machine knows a time zone of this name. */
export function isTimeZone(name: string): boolean {
  return openFormat(name) !== null;
}

/**
 * Until when somebody is not to be disturbed who asks at `at`; null outside quiet hours, and in a time zone that this
 * machine does not know.
 *
 * Quiet hours are turned on when the wall clock reaches `from` and off when it reaches `to`. What it jumps over in
 * spring it reaches at the jump, so an end inside the gap is the first instant after it. Set back in autumn it shows an
 * hour twice: the first time it shows `to` is the end, because it is the time the person named, and what was turned off
 * stays off until the clock shows `from`.
 */
export function findQuietUntil({ timeZone, from, to }: QuietHours, at: string): string | null {
  const format = openFormat(timeZone);
  if (format === null) return null;
  const now = Date.parse(at);
  const turns = findStretches(format, now).flatMap((stretch) => findTurns(stretch, from, to));
  if (!turns.findLast((turn) => turn.at <= now)?.isQuiet) return null;
  // A jump can reach both ends at one instant; the last of them counts.
  const end = turns.find((turn, index) => turn.at > now && !turn.isQuiet && turns[index + 1]?.at !== turn.at);
  return end ? new Date(end.at).toISOString() : null;
}

/** Making a format takes longer than all that is asked of it; there are fewer zones than this, but many spellings. */
const MOST_FORMATS = 600;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Spells the offset of a time zone; null where the machine does not know the zone. */
function openFormat(timeZone: string): Intl.DateTimeFormat | null {
  const known = formats.get(timeZone);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(timeZone, format);
    return format;
  } catch {
    return null;
  }
}

/** Time with one offset from UTC (ms). The wall clock, as if it showed UTC, goes from `firstWall` up to `endWall`. */
type Stretch = { start: number; offset: number; firstWall: number; endWall: number };

/** The stretches around an instant: far enough back for a beginning, and onward for an end over a skipped day. */
function findStretches(format: Intl.DateTimeFormat, instant: number): Stretch[] {
  const first = Math.floor(instant / MINUTE_MS) * MINUTE_MS - 2 * DAY_MS;
  const stretches: Stretch[] = [];
  let start = first;
  let offset = findOffset(format, first);
  let firstWall = first + offset;
  for (let day = 1; day <= 5; day++) {
    const sample = first + day * DAY_MS;
    const next = findOffset(format, sample);
    if (next === offset) continue;
    const change = findChange(format, sample - DAY_MS, sample);
    stretches.push({ start, offset, firstWall, endWall: change + offset });
    // Set forward, the clock has what it jumped over still to tell; set back, it tells something again.
    firstWall = change + Math.min(offset, next);
    start = change;
    offset = next;
  }
  return [...stretches, { start, offset, firstWall, endWall: first + 5 * DAY_MS + offset }];
}

/** The first minute with the offset of `end`, which `start` has not. */
function findChange(format: Intl.DateTimeFormat, start: number, end: number): number {
  const offset = findOffset(format, end);
  let before = start;
  let after = end;
  while (after - before > MINUTE_MS) {
    const middle = Math.floor((before + after) / 2 / MINUTE_MS) * MINUTE_MS;
    if (findOffset(format, middle) === offset) after = middle;
    else before = middle;
  }
  return after;
}

/** The offset of the wall clock from UTC (ms), which the format spells as `GMT+05:45`, and none as `GMT`. */
function findOffset(format: Intl.DateTimeFormat, instant: number): number {
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(format.format(instant)) ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS;
  return sign === "-" ? -size : size;
}

/** An instant (ms) at which quiet hours are turned on or off. */
type Turn = { at: number; isQuiet: boolean };

function findTurns({ start, offset, firstWall, endWall }: Stretch, from: string, to: string): Turn[] {
  const turns: { wall: number; isQuiet: boolean }[] = [];
  for (let day = Math.floor(firstWall / DAY_MS) * DAY_MS; day < endWall; day += DAY_MS) {
    turns.push({ wall: day + toMs(from), isQuiet: true }, { wall: day + toMs(to), isQuiet: false });
  }
  return turns
    .filter(({ wall }) => wall >= firstWall && wall < endWall)
    .toSorted((a, b) => a.wall - b.wall)
    .map(({ wall, isQuiet }) => ({ at: Math.max(wall - offset, start), isQuiet }));
}

/** A time of day as ms after midnight. */
function toMs(time: string): number {
  const [hours, minutes] = time.split(":");
  return (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
}
