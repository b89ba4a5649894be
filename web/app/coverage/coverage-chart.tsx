/** The bars: a window each, stacked by category. Everything in them is also in the table. */
import { useRef, useState } from "preact/hooks";
import type { Coverage, CoverageWindow } from "../../../src/domain/coverage.ts";
import { type Bar, toChartGeometry } from "./chart-geometry.ts";
import { CATEGORIES } from "./coverage-words.ts";
import { CategoryRect } from "./swatch.tsx";
import { useWidth } from "./use-width.ts";
import { createWindowWords, type WindowWords } from "./window-words.ts";

const HEIGHT = 260;
/** Between two categories, so that neighbours stay apart whatever their colours. */
const GAP = 1;

/** A bar for each window; pointing at one shows its numbers above. */
export function CoverageChart({ coverage, timeZone }: { coverage: Coverage; timeZone: string }) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [pointed, setPointed] = useState<number>();
  const { windows, windowHours } = coverage;
  const toWords = createWindowWords(windowHours, timeZone);
  const chart = toChartGeometry(windows, { width, height: HEIGHT });
  const pointedWindow = pointed === undefined ? undefined : windows[pointed];

  return (
    <div class="chart">
      <p class="readout" aria-hidden="true">
        {pointedWindow ? (
          <Readout window={pointedWindow} words={toWords(pointedWindow.from)} />
        ) : (
          "Point at a bar, or touch it, to read its numbers."
        )}
      </p>
      <div ref={place} class="chart-place">
        {width > 0 && (
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label="Bars of order versions per window, stacked by route. The table below has the same numbers."
            onPointerLeave={() => setPointed(undefined)}
          >
            {chart.ticks.map(({ value, y }) => (
              <g key={value}>
                <line class="grid-line" x1={chart.left} x2={chart.right} y1={y} y2={y} />
                <text class="axis" x={chart.left - 8} y={y + 4} text-anchor="end">
                  {value.toLocaleString("en")}
                </text>
              </g>
            ))}
            {chart.bars.map((bar, index) => (
              <BarOfWindow
                key={windows[index]?.from}
                bar={bar}
                bottom={chart.bottom}
                isPointed={index === pointed}
                label={index % chart.labelEvery === 0 ? toWords(windows[index]?.from ?? "").axis : ""}
                onPoint={() => setPointed(index)}
              />
            ))}
          </svg>
        )}
      </div>
    </div>
  );
}

function BarOfWindow(props: {
  bar: Bar;
  bottom: number;
  isPointed: boolean;
  label: string;
  onPoint: () => void;
}) {
  const { bar, bottom, isPointed, label, onPoint } = props;
  return (
    <g onPointerEnter={onPoint} onPointerDown={onPoint}>
      <rect
        class={isPointed ? "band pointed" : "band"}
        x={bar.bandX}
        y={0}
        width={bar.bandWidth}
        height={bottom}
      />
      {bar.segments.map(({ category, y, height }) => (
        <CategoryRect
          key={category}
          category={category}
          x={bar.x}
          y={y}
          width={bar.width}
          height={Math.max(GAP, height - GAP)}
        />
      ))}
      {label && (
        <text class="axis" x={bar.bandX + bar.bandWidth / 2} y={bottom + 20} text-anchor="middle">
          {label}
        </text>
      )}
    </g>
  );
}

function Readout({ window, words }: { window: CoverageWindow; words: WindowWords }) {
  const parts = CATEGORIES.filter(({ id }) => window[id] > 0);
  return (
    <>
      <strong>{words.name}</strong>
      {words.utc && <span class="soft"> ({words.utc})</span>}
      {parts.length === 0 && " · nothing"}
      {parts.map(({ id, title }) => (
        <span key={id} class="readout-part">
          {" "}
          · {title} <strong>{window[id].toLocaleString("en")}</strong>
        </span>
      ))}
    </>
  );
}
