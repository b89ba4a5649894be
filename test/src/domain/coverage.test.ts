import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addVersions,
  coverageSchema,
  type CoverageCounts,
  countVersions,
  type SeenVersion,
  toEmptyCoverage,
} from "../../../src/domain/coverage.ts";
import { type Route, routeSchema } from "../../../src/domain/order-change.ts";

const HOUR_MS = 3_600_000;
const START_MS = Date.parse("2026-11-22T00:00:00.000Z");
const none = { outboundMessageOnly: 0, pollOnly: 0, both: 0, reconciliationOnly: 0 };

/** A range of up to 31 days, in milliseconds from the start. */
const rangeArbitrary = fc
  .tuple(fc.nat(60 * 24 * HOUR_MS), fc.integer({ min: 1, max: 31 * 24 * HOUR_MS }))
  .map(([fromMs, lengthMs]) => ({ from: toInstant(fromMs), to: toInstant(fromMs + lengthMs) }));
const routesArbitrary = fc.subarray<Route>([...routeSchema.options], { minLength: 1 });

function toInstant(ms: number): string {
  return new Date(START_MS + ms).toISOString();
}

function countOne(...routes: Route[]): CoverageCounts {
  const empty = toEmptyCoverage(toInstant(0), toInstant(HOUR_MS));
  return addVersions(empty, [{ hour: toInstant(0), routes }]).totals;
}

describe("a version", () => {
  it("is told of by the outbound message only, by polling only, or by both", () => {
    expect(countOne("outboundMessage")).toEqual({ ...none, outboundMessageOnly: 1 });
    expect(countOne("poll")).toEqual({ ...none, pollOnly: 1 });
    expect(countOne("poll", "outboundMessage")).toEqual({ ...none, both: 1 });
  });

  it("that reconciliation had to find counts as missed, whoever told of it later", () => {
    expect(countOne("reconciliation")).toEqual({ ...none, reconciliationOnly: 1 });
    expect(countOne("outboundMessage", "poll", "reconciliation")).toEqual({ ...none, reconciliationOnly: 1 });
  });

  it("before or after the range is not counted", () => {
    const empty = toEmptyCoverage(toInstant(HOUR_MS), toInstant(2 * HOUR_MS));
    const outside = [0, 2 * HOUR_MS].map((ms): SeenVersion => ({ hour: toInstant(ms), routes: ["poll"] }));
    expect(addVersions(empty, outside)).toEqual(empty);
  });
});

describe("the windows", () => {
  it("are hours up to a range of 72 hours, and days of UTC beyond", () => {
    const from = "2026-11-22T10:20:00.000Z";
    const short = toEmptyCoverage(from, "2026-11-25T10:20:00.000Z");
    expect(short).toMatchObject({ windowHours: 1, from: "2026-11-22T10:00:00.000Z" });
    expect(short.to).toBe("2026-11-25T11:00:00.000Z");
    const long = toEmptyCoverage(from, "2026-11-25T10:20:00.001Z");
    expect(long).toMatchObject({ windowHours: 24, from: "2026-11-22T00:00:00.000Z" });
    expect(long.windows.map((window) => window.from.slice(0, 10))).toEqual([
      "2026-11-22",
      "2026-11-23",
      "2026-11-24",
      "2026-11-25",
    ]);
  });

  it("cover the whole range without a gap or an overlap, and no more than a window beyond it", () => {
    fc.assert(
      fc.property(rangeArbitrary, ({ from, to }) => {
        const coverage = coverageSchema.parse(toEmptyCoverage(from, to));
        const windowMs = coverage.windowHours * HOUR_MS;
        const starts = coverage.windows.map((window) => Date.parse(window.from));
        expect(starts[0]).toBe(Date.parse(coverage.from));
        expect(Date.parse(coverage.to)).toBe(starts.at(-1)! + windowMs);
        for (const [index, start] of starts.entries()) expect(start - starts[0]!).toBe(index * windowMs);
        expect(Date.parse(from) - starts[0]!).toBeGreaterThanOrEqual(0);
        expect(Date.parse(from) - starts[0]!).toBeLessThan(windowMs);
        expect(Date.parse(coverage.to) - Date.parse(to)).toBeGreaterThanOrEqual(0);
        expect(Date.parse(coverage.to) - Date.parse(to)).toBeLessThan(windowMs);
      }),
    );
  });

  it("add up to the totals, which count every version once, however the versions come in pages", () => {
    fc.assert(
      fc.property(
        rangeArbitrary,
        fc.array(fc.tuple(fc.nat(), routesArbitrary), { maxLength: 200 }),
        fc.nat(200),
        (range, drafts, cut) => {
          const empty = toEmptyCoverage(range.from, range.to);
          const hours = empty.windows.length * empty.windowHours;
          const versions = drafts.map(([n, routes]): SeenVersion => {
            const hour = new Date(Date.parse(empty.from) + (n % hours) * HOUR_MS).toISOString();
            return { hour, routes };
          });
          const coverage = addVersions(empty, versions);
          expect(countVersions(coverage.totals)).toBe(versions.length);
          const sum = coverage.windows.reduce(
            (counts, window) => ({
              outboundMessageOnly: counts.outboundMessageOnly + window.outboundMessageOnly,
              pollOnly: counts.pollOnly + window.pollOnly,
              both: counts.both + window.both,
              reconciliationOnly: counts.reconciliationOnly + window.reconciliationOnly,
            }),
            none,
          );
          expect(coverage.totals).toEqual(sum);
          for (const window of coverage.windows) {
            const end = Date.parse(window.from) + coverage.windowHours * HOUR_MS;
            const inside = versions.filter(({ hour }) => hour >= window.from && Date.parse(hour) < end);
            expect(countVersions(window)).toBe(inside.length);
          }
          const paged = addVersions(addVersions(empty, versions.slice(0, cut)), versions.slice(cut));
          expect(paged).toEqual(coverage);
        },
      ),
    );
  });
});
