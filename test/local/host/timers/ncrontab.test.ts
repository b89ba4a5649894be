import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNcrontab } from "../../../../local/host/timers/ncrontab.ts";

/** The first occurrences after an instant, both written as ISO seconds in UTC. */
function occurrences(expression: string, after: string, count = 1): (string | undefined)[] {
  const ncrontab = parseNcrontab(expression);
  const found: (string | undefined)[] = [];
  let from = new Date(`${after}Z`);
  for (let n = 0; n < count; n += 1) {
    const next = ncrontab.next(from);
    found.push(next?.toISOString().slice(0, 19));
    if (next === null) break;
    from = next;
  }
  return found;
}

describe("the examples of Microsoft's documentation", () => {
  it.each([
    ["0 */5 * * * *", "2026-01-01T00:02:30", ["2026-01-01T00:05:00", "2026-01-01T00:10:00"]],
    ["0 0 * * * *", "2026-01-01T00:00:00", ["2026-01-01T01:00:00", "2026-01-01T02:00:00"]],
    ["0 0 */2 * * *", "2026-01-01T01:00:00", ["2026-01-01T02:00:00", "2026-01-01T04:00:00"]],
    ["0 0 9-17 * * *", "2026-01-01T16:30:00", ["2026-01-01T17:00:00", "2026-01-02T09:00:00"]],
    ["0 30 9 * * *", "2026-01-01T09:30:00", ["2026-01-02T09:30:00", "2026-01-03T09:30:00"]],
    ["0 30 9 * * 1-5", "2026-01-02T10:00:00", ["2026-01-05T09:30:00", "2026-01-06T09:30:00"]],
    ["0 30 9 * Jan Mon", "2026-01-26T10:00:00", ["2027-01-04T09:30:00", "2027-01-11T09:30:00"]],
    ["5,8,10 * * * * *", "2026-01-01T00:00:08", ["2026-01-01T00:00:10", "2026-01-01T00:01:05"]],
  ])("%s", (expression, after, expected) => {
    expect(occurrences(expression, after, 2)).toEqual(expected);
  });
});

describe("where NCRONTAB differs from other crons", () => {
  it("wants the day and the day of the week both to fit", () => {
    // As in NCrontab's own tests: the first of a month that is a Monday.
    expect(occurrences("0 45 16 1 * Mon", "2003-01-01T12:00:00", 2)).toEqual([
      "2003-09-01T16:45:00",
      "2003-12-01T16:45:00",
    ]);
  });

  it("counts Sunday as 0 and knows no 7", () => {
    expect(occurrences("0 30 6 * * 0", "2003-06-26T10:00:00")).toEqual(["2003-06-29T06:30:00"]);
    expect(() => parseNcrontab("0 0 0 * * 7")).toThrow(/7 is no day of the week/);
  });

  it("starts a step at the value in front of it", () => {
    expect(occurrences("2/5 * * * * *", "2003-01-01T00:00:50", 3)).toEqual([
      "2003-01-01T00:00:52",
      "2003-01-01T00:00:57",
      "2003-01-01T00:01:02",
    ]);
  });

  it("takes names in any letter case and any length, and turns a range that is the wrong way round", () => {
    const names = "0 20 * * january,FeB,Mar,april,May,JuNE,July,Augu,SEPT-October,Nov,DECEM *";
    expect(occurrences(names, "1988-03-11T14:23:00")).toEqual(["1988-03-11T15:20:00"]);
    expect(occurrences("0 0 0 * * Sat-Thu", "2026-01-01T00:00:00", 2)).toEqual([
      "2026-01-02T00:00:00",
      "2026-01-03T00:00:00",
    ]);
  });

  it("leaves out the days a month does not have", () => {
    expect(occurrences("0 0 0 15,30,31 * *", "2000-01-31T00:00:00", 3)).toEqual([
      "2000-02-15T00:00:00",
      "2000-03-15T00:00:00",
      "2000-03-30T00:00:00",
    ]);
    expect(occurrences("0 1 12 29 2 *", "2000-02-29T12:01:00")).toEqual(["2004-02-29T12:01:00"]);
    expect(occurrences("0 0 0 30 2 *", "2000-01-01T00:00:00")).toEqual([undefined]);
  });

  it("takes five fields, at second 0", () => {
    expect(occurrences("10 * 22 * *", "2003-01-01T00:00:00")).toEqual(["2003-01-22T00:10:00"]);
  });

  it.each(["", "* * * *", "* * * * * * *", "60 * * * * *", "0 0 24 * * *", "0 0 0 0 * *", "0 0 0 * 13 *"])(
    "refuses '%s'",
    (expression) => {
      expect(() => parseNcrontab(expression)).toThrow(/is not an NCRONTAB expression/);
    },
  );

  it.each(["L", "W", "?", "1#2", "-1", ",1", "1,", "*/", "1/x", "@daily"])("refuses '%s' as a day", (day) => {
    expect(() => parseNcrontab(`0 0 0 ${day} * *`)).toThrow(/is not an NCRONTAB expression/);
  });
});

/** A field in the dialect, with the numbers it stands for. */
function fieldOf(min: number, max: number): fc.Arbitrary<{ text: string; values: number[] }> {
  const value = fc.integer({ min, max });
  const span = (first: number, last: number, step = 1) =>
    Array.from({ length: max + 1 }, (_, n) => n).filter(
      (n) => n >= first && n <= last && (n - first) % step === 0,
    );
  const item = fc.oneof(
    fc.constant({ text: "*", values: span(min, max) }),
    value.map((n) => ({ text: String(n), values: [n] })),
    fc.tuple(value, value).map(([a, b]) => ({
      text: `${a}-${b}`,
      values: span(Math.min(a, b), Math.max(a, b)),
    })),
    fc
      .tuple(value, fc.integer({ min: 1, max: 20 }))
      .map(([a, step]) => ({ text: `${a}/${step}`, values: span(a, max, step) })),
    fc.integer({ min: 1, max: 20 }).map((step) => ({ text: `*/${step}`, values: span(min, max, step) })),
  );
  return fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(","),
    values: items.flatMap(({ values }) => values),
  }));
}

const anySchedule = fc.tuple(
  fieldOf(0, 59),
  fieldOf(0, 59),
  fieldOf(0, 23),
  fieldOf(1, 31),
  fieldOf(1, 12),
  fieldOf(0, 6),
);

it("finds the first instant whose every part fits, whatever the expression", () => {
  const instant = fc.date({ min: new Date("1999-12-01"), max: new Date("2101-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(anySchedule, instant, (fields, after) => {
      const [second, minute, hour, day, month, weekday] = fields.map(({ values }) => new Set(values));
      const fitsDate = (at: Date) =>
        day?.has(at.getUTCDate()) && month?.has(at.getUTCMonth() + 1) && weekday?.has(at.getUTCDay());
      const secondsOfDay = Array.from({ length: 86_400 }, (_, n) => n).filter(
        (n) => hour?.has(Math.floor(n / 3600)) && minute?.has(Math.floor(n / 60) % 60) && second?.has(n % 60),
      );
      // Day by day for nine years, past the leap years that are left out; and within the day second by second.
      const expected = (): number | null => {
        const midnight = Date.UTC(after.getUTCFullYear(), after.getUTCMonth(), after.getUTCDate());
        for (let n = 0; n < 366 * 9; n += 1) {
          const start = midnight + n * 86_400_000;
          if (!fitsDate(new Date(start))) continue;
          const found = secondsOfDay.find((s) => start + s * 1000 > after.getTime());
          if (found !== undefined) return start + found * 1000;
        }
        return null;
      };
      const next = parseNcrontab(fields.map(({ text }) => text).join(" ")).next(after);
      const wanted = expected();
      if (wanted === null)
        expect(next === null || next.getTime() > after.getTime() + 9 * 365 * 86_400_000).toBe(true);
      else expect(next?.toISOString()).toBe(new Date(wanted).toISOString());
    }),
    { numRuns: 100 },
  );
});
