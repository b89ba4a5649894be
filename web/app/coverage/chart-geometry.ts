/** Where everything in the chart is, in CSS pixels. */
import { type CoverageCategory, type CoverageCounts, countVersions } from "../../../src/domain/coverage.ts";
import { CATEGORIES } from "./coverage-words.ts";

/** One category of one window. */
export interface Segment {
  readonly category: CoverageCategory;
  readonly y: number;
  readonly height: number;
}

/** One window: the band it has to itself, and in its middle the bar. */
export interface Bar {
  readonly bandX: number;
  readonly bandWidth: number;
  readonly x: number;
  readonly width: number;
  readonly segments: readonly Segment[];
}

export interface ChartGeometry {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly ticks: readonly { value: number; y: number }[];
  readonly bars: readonly Bar[];
  /** Every how many windows there is room for a label. */
  readonly labelEvery: number;
}

/** One version among thousands is still to be seen. */
const SMALLEST_SEGMENT = 3;
const WIDEST_BAR = 40;
/** What a label like “22 Nov” needs. */
const LABEL_WIDTH = 56;
const DIGIT_WIDTH = 8;
const TOP = 12;
const FOOT = 28;

/** Lays out a bar for each window. */
export function toChartGeometry(
  windows: readonly CoverageCounts[],
  size: { width: number; height: number },
): ChartGeometry {
  const values = toTicks(Math.max(0, ...windows.map(countVersions)));
  const most = values.at(-1) ?? 1;
  const left = 12 + most.toLocaleString("en").length * DIGIT_WIDTH;
  const right = Math.max(left + windows.length * 2, size.width - 4);
  const bottom = size.height - FOOT;
  const plotHeight = bottom - TOP;
  const bandWidth = (right - left) / Math.max(1, windows.length);
  const width = Math.min(WIDEST_BAR, bandWidth * 0.72);
  return {
    left,
    right,
    top: TOP,
    bottom,
    ticks: values.map((value) => ({ value, y: bottom - (value / most) * plotHeight })),
    bars: windows.map((window, index) => {
      const bandX = left + index * bandWidth;
      const x = bandX + (bandWidth - width) / 2;
      return { bandX, bandWidth, x, width, segments: toSegments(window, { bottom, plotHeight, most }) };
    }),
    labelEvery: [1, 2, 3, 4, 6, 8, 12].find((every) => every * bandWidth >= LABEL_WIDTH) ?? 24,
  };
}

/** Round whole numbers from 0 to at least `most`, few enough to read. */
function toTicks(most: number): number[] {
  const rough = Math.max(1, most / 4);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

function toSegments(
  window: CoverageCounts,
  plot: { bottom: number; plotHeight: number; most: number },
): Segment[] {
  const parts = CATEGORIES.filter(({ id }) => window[id] > 0).map(({ id: category }) => {
    const height = (window[category] / plot.most) * plot.plotHeight;
    return { category, height: Math.max(SMALLEST_SEGMENT, height) };
  });
  const sum = parts.reduce((total, { height }) => total + height, 0);
  // What the small ones were given beyond their due is taken from the largest.
  const largest = parts.toSorted((a, b) => b.height - a.height)[0];
  if (largest) largest.height -= Math.max(0, sum - plot.plotHeight);
  let y = plot.bottom;
  return parts.map(({ category, height }) => {
    y -= height;
    return { category, y, height };
  });
}
