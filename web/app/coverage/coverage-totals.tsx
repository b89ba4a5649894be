/** The sums of the range; they are the legend of the bars too. */
import { type CoverageCounts, countVersions } from "../../../src/domain/coverage.ts";
import { CATEGORIES } from "./coverage-words.ts";
import { Swatch } from "./swatch.tsx";

/** A figure for each category, with its share. */
export function CoverageTotals({ totals }: { totals: CoverageCounts }) {
  const all = countVersions(totals);
  return (
    <dl class="totals">
      {CATEGORIES.map(({ id, title }) => (
        <div key={id} class="total">
          <dt>
            <Swatch category={id} />
            {title}
          </dt>
          <dd>
            <span class="figure">{totals[id].toLocaleString("en")}</span>{" "}
            <span class="soft">{toShare(totals[id], all)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A part of a whole; neither “0 %” of something nor “100 %” of not everything. */
export function toShare(part: number, all: number): string {
  if (part === 0) return "";
  if (part === all) return "100 %";
  const percent = Math.round((100 * part) / all);
  if (percent === 0) return "under 1 %";
  return percent === 100 ? "over 99 %" : `${percent} %`;
}
