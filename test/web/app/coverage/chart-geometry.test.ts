import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toChartGeometry } from "../../../../web/app/coverage/chart-geometry.ts";

const none = { outboundMessageOnly: 0, pollOnly: 0, both: 0, reconciliationOnly: 0 };
const size = { width: 900, height: 260 };
const count = fc.oneof(fc.nat(3), fc.nat(200_000));
const windowArbitrary = fc.record({
  outboundMessageOnly: count,
  pollOnly: count,
  both: count,
  reconciliationOnly: count,
});

describe("the chart", () => {
  it("counts in round numbers up to the highest bar", () => {
    const { ticks } = toChartGeometry([{ ...none, both: 37 }], size);
    expect(ticks.map(({ value }) => value)).toEqual([0, 10, 20, 30, 40]);
    expect(toChartGeometry([none], size).ticks.map(({ value }) => value)).toEqual([0, 1]);
  });

  it("stacks what is as it should be below what is not, in proportion", () => {
    const window = { both: 4, outboundMessageOnly: 3, pollOnly: 2, reconciliationOnly: 1 };
    const { bars, bottom, top } = toChartGeometry([window], size);
    const segments = bars[0]?.segments ?? [];
    expect(segments.map(({ category }) => category)).toEqual([
      "both",
      "outboundMessageOnly",
      "pollOnly",
      "reconciliationOnly",
    ]);
    const versions = segments.map(({ height }) => (10 * height) / (bottom - top));
    for (const [index, expected] of [4, 3, 2, 1].entries()) expect(versions[index]).toBeCloseTo(expected);
  });

  it("shows even one version among thousands", () => {
    const { bars } = toChartGeometry([{ ...none, both: 100_000, reconciliationOnly: 1 }], size);
    expect(bars[0]?.segments.at(-1)).toMatchObject({ category: "reconciliationOnly", height: 3 });
  });

  it("labels fewer windows where there is less room", () => {
    const windows = Array.from({ length: 24 }, () => none);
    expect(toChartGeometry(windows, { ...size, width: 2_000 }).labelEvery).toBe(1);
    expect(toChartGeometry(windows, { ...size, width: 340 }).labelEvery).toBe(6);
  });

  it("keeps every segment inside, on top of the one before, and draws nothing for nothing", () => {
    fc.assert(
      fc.property(
        fc.array(windowArbitrary, { minLength: 1, maxLength: 72 }),
        fc.integer({ min: 300, max: 2_000 }),
        (windows, width) => {
          const chart = toChartGeometry(windows, { width, height: 260 });
          expect(chart.ticks.length).toBeLessThanOrEqual(6);
          let right = chart.left;
          for (const [index, bar] of chart.bars.entries()) {
            expect(bar.bandX).toBeCloseTo(right);
            right = bar.bandX + bar.bandWidth;
            const window = windows[index] ?? none;
            const shown = bar.segments.map(({ category }) => category).toSorted();
            const expected = Object.entries(window).flatMap(([category, n]) => (n > 0 ? [category] : []));
            expect(shown).toEqual(expected.toSorted());
            let floor = chart.bottom;
            for (const { y, height } of bar.segments) {
              expect(height).toBeGreaterThanOrEqual(2.9);
              expect(y + height).toBeCloseTo(floor);
              floor = y;
            }
            expect(floor).toBeGreaterThanOrEqual(chart.top - 0.001);
          }
          expect(right).toBeCloseTo(chart.right);
        },
      ),
    );
  });
});
