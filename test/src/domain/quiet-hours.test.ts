import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findQuietUntil, isTimeZone, type QuietHours } from "../../../src/domain/quiet-hours.ts";

const MINUTE_MS = 60_000;
const quiet = (timeZone: string, from: string, to: string): QuietHours => ({ timeZone, from, to });
const toTime = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

describe("findQuietUntil", () => {
  const berlin = quiet("Europe/Berlin", "22:00", "07:00");

  it.each([
    ["before they begin", "2026-11-22T20:59:59.999Z", null],
    ["at their first instant", "2026-11-22T21:00:00.000Z", "2026-11-23T06:00:00.000Z"],
    ["after midnight", "2026-11-23T02:00:12.345Z", "2026-11-23T06:00:00.000Z"],
    ["at their last instant", "2026-11-23T05:59:59.999Z", "2026-11-23T06:00:00.000Z"],
    ["at their end", "2026-11-23T06:00:00.000Z", null],
    ["in summer", "2026-07-01T20:00:00.000Z", "2026-07-02T05:00:00.000Z"],
    ["in the night that loses an hour", "2026-03-28T22:00:00.000Z", "2026-03-29T05:00:00.000Z"],
    ["in the night that gains an hour", "2026-10-24T22:00:00.000Z", "2026-10-25T06:00:00.000Z"],
  ])("knows hours over midnight %s", (_, at, until) => {
    expect(findQuietUntil(berlin, at)).toBe(until);
  });

  it("ends hours within a day on that day", () => {
    const lunch = quiet("Europe/Berlin", "12:00", "13:00");
    expect(findQuietUntil(lunch, "2026-11-22T11:30:00.000Z")).toBe("2026-11-22T12:00:00.000Z");
    expect(findQuietUntil(lunch, "2026-11-22T12:00:00.000Z")).toBeNull();
  });

  it("ends at the first instant after the gap of spring when the end lies in it", () => {
    const hours = quiet("Europe/Berlin", "22:00", "02:30");
    expect(findQuietUntil(hours, "2026-03-29T00:30:00.000Z")).toBe("2026-03-29T01:00:00.000Z");
    expect(findQuietUntil(hours, "2026-03-29T01:00:00.000Z")).toBeNull();
  });

  it("begins at the first instant after the gap of spring when the beginning lies in it", () => {
    const hours = quiet("Europe/Berlin", "02:30", "07:00");
    expect(findQuietUntil(hours, "2026-03-29T00:59:59.999Z")).toBeNull();
    expect(findQuietUntil(hours, "2026-03-29T01:00:00.000Z")).toBe("2026-03-29T05:00:00.000Z");
  });

  it("is never quiet on a day whose quiet hours lie in the gap, and goes on where one end meets the other", () => {
    expect(findQuietUntil(quiet("Europe/Berlin", "02:10", "02:50"), "2026-03-29T01:00:00.000Z")).toBeNull();
    const almostAlways = quiet("Europe/Berlin", "02:50", "02:10");
    expect(findQuietUntil(almostAlways, "2026-03-29T00:30:00.000Z")).toBe("2026-03-30T00:10:00.000Z");
  });

  it("ends in autumn when the clock shows the end for the first time, and stays ended", () => {
    const hours = quiet("Europe/Berlin", "22:00", "02:30");
    expect(findQuietUntil(hours, "2026-10-24T23:00:00.000Z")).toBe("2026-10-25T00:30:00.000Z");
    expect(findQuietUntil(hours, "2026-10-25T00:30:00.000Z")).toBeNull();
    // 02:15 once more.
    expect(findQuietUntil(hours, "2026-10-25T01:15:00.000Z")).toBeNull();
  });

  it("is quiet twice in autumn when both ends lie in the hour that is shown twice", () => {
    const hours = quiet("Europe/Berlin", "02:10", "02:40");
    expect(findQuietUntil(hours, "2026-10-25T00:20:00.000Z")).toBe("2026-10-25T00:40:00.000Z");
    expect(findQuietUntil(hours, "2026-10-25T00:50:00.000Z")).toBeNull();
    expect(findQuietUntil(hours, "2026-10-25T01:20:00.000Z")).toBe("2026-10-25T01:40:00.000Z");
  });

  it("takes an end just after the hour that autumn repeats for the one time it is shown", () => {
    const hours = quiet("Europe/Berlin", "22:00", "03:00");
    expect(findQuietUntil(hours, "2026-10-25T00:30:00.000Z")).toBe("2026-10-25T02:00:00.000Z");
  });

  it("knows offsets that are no whole hours", () => {
    const kathmandu = quiet("Asia/Kathmandu", "22:00", "06:30");
    expect(findQuietUntil(kathmandu, "2026-11-22T16:15:00.000Z")).toBe("2026-11-23T00:45:00.000Z");
    expect(findQuietUntil(kathmandu, "2026-11-22T16:14:00.000Z")).toBeNull();
  });

  it("goes on across a day that a country left out at the date line", () => {
    const apia = quiet("Pacific/Apia", "22:00", "07:00");
    // 23:00 on 29 December 2011; the next day was the 31st.
    expect(findQuietUntil(apia, "2011-12-30T09:00:00.000Z")).toBe("2011-12-30T17:00:00.000Z");
  });

  it("disturbs rather than fails in a time zone that the machine does not know", () => {
    expect(findQuietUntil(quiet("Mars/Olympus", "22:00", "07:00"), "2026-11-22T23:00:00.000Z")).toBeNull();
    expect(isTimeZone("Mars/Olympus")).toBe(false);
  });

  it.each([
    ["Europe/Berlin", 2026],
    ["America/New_York", 2026],
    ["Australia/Lord_Howe", 2026],
    ["Africa/Casablanca", 2026],
    ["Africa/Cairo", 2026],
    ["Pacific/Chatham", 2026],
    ["Asia/Kathmandu", 2026],
    ["Pacific/Apia", 2011],
  ])("agrees with a clock in %s that is watched minute by minute through %i", (timeZone, year) => {
    const clock = watchClock(timeZone, year);
    const time = fc.integer({ min: 0, max: 1_439 });
    // Half of the instants lie around a change of the clock, and half of the times in what it skips or repeats.
    const nearChange = (reach: number) =>
      clock.changes.length === 0
        ? fc.integer({ min: 3_000, max: clock.walls.length - 6_000 })
        : fc
            .tuple(fc.constantFrom(...clock.changes), fc.integer({ min: -reach, max: reach }))
            .map(([change, minutes]) => change + minutes);
    const anywhere = fc.integer({ min: 3_000, max: clock.walls.length - 6_000 });
    const timeNearChange = nearChange(90).map((minute) => toTimeOfDay(clock.walls[minute]!));
    const someTime = fc.oneof(time, timeNearChange);
    const hours = fc.tuple(someTime, someTime).filter(([from, to]) => from !== to);
    fc.assert(
      fc.property(hours, fc.oneof(nearChange(1_600), anywhere), ([from, to], minute) => {
        const found = findQuietUntil(
          quiet(timeZone, toTime(from), toTime(to)),
          new Date(clock.start + minute * MINUTE_MS + 1_234).toISOString(),
        );
        const end = watchQuietHours(clock.walls, from, to, minute);
        expect(found).toBe(end === null ? null : new Date(clock.start + end * MINUTE_MS).toISOString());
      }),
      { numRuns: 300 },
    );
  });
});

/** The wall clock at every minute of a year, in minutes since 1970 as it shows them; and where it does not go on by one. */
function watchClock(timeZone: string, year: number) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const show = (instant: number) => {
    const [, day, month, y, hour, minute] = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/.exec(format.format(instant))!;
    return Date.UTC(Number(y), Number(month) - 1, Number(day), Number(hour), Number(minute)) / MINUTE_MS;
  };
  const start = Date.UTC(year, 0, 1);
  const walls = new Int32Array((Date.UTC(year + 1, 0, 8) - start) / MINUTE_MS);
  const changes: number[] = [];
  for (let hour = 0; hour < walls.length; hour += 60) {
    const first = show(start + hour * MINUTE_MS);
    const isPlain = show(start + (hour + 60) * MINUTE_MS) - first === 60;
    // Nothing happens within an hour at whose ends the clock shows one hour.
    for (let minute = hour; minute < hour + 60; minute++) {
      walls[minute] = isPlain ? first + minute - hour : show(start + minute * MINUTE_MS);
      if (minute > 0 && walls[minute] !== walls[minute - 1]! + 1) changes.push(minute);
    }
  }
  return { start, walls, changes };
}

const toTimeOfDay = (wall: number) => ((wall % 1_440) + 1_440) % 1_440;

/** Watches a clock from two days before `minute` until quiet hours have ended; null when it is not quiet then. */
function watchQuietHours(walls: Int32Array, from: number, to: number, minute: number): number | null {
  let isQuiet = false;
  for (let now = minute - 2_880; now < walls.length; now++) {
    const wall = walls[now]!;
    const before = walls[now - 1]!;
    // Forward, every minute passed is reached; set back, only the one that is shown.
    for (let reached = wall > before ? before + 1 : wall; reached <= wall; reached++) {
      if (toTimeOfDay(reached) === from) isQuiet = true;
      if (toTimeOfDay(reached) === to) isQuiet = false;
    }
    if (now >= minute && !isQuiet) return now === minute ? null : now;
  }
  throw new Error("The year is over.");
}
