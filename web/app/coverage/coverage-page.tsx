/** The whole page: a range, how the routes are now, the bars and what they mean. */
import { useCallback, useState } from "preact/hooks";
import { type Coverage, countVersions } from "../../../src/domain/coverage.ts";
import { SignedOutError } from "../../client/api-errors.ts";
import { AuditorBar } from "../auditor-bar.tsx";
import { SignedOut } from "../signed-out.tsx";
import { CategoryGuide } from "./category-guide.tsx";
import { CoverageChart } from "./coverage-chart.tsx";
import { RANGE_CHOICES, type RangeChoice, toRange } from "./coverage-range.ts";
import { CoverageEmpty, CoverageFailed, CoverageSkeleton } from "./coverage-states.tsx";
import { CoverageTable } from "./coverage-table.tsx";
import { CoverageTotals } from "./coverage-totals.tsx";
import type { CoverageApi } from "./create-coverage-api.ts";
import { HealthBanner } from "./health-banner.tsx";
import { PatternDefinitions } from "./swatch.tsx";
import { type Loaded, useLoaded } from "../use-loaded.ts";
import { toClockSentence } from "./window-words.ts";

const PAGE = "/app/coverage";

/** The page for whoever is signed in; times are told in `timeZone`. */
export function CoveragePage({ api, timeZone }: { api: CoverageApi; timeZone: string }) {
  const [choice, setChoice] = useState<RangeChoice>("day");
  const readCoverage = useCallback(
    (signal: AbortSignal) => api.readCoverage(toRange(choice, Date.now()), signal),
    [api, choice],
  );
  const coverage = useLoaded(readCoverage);
  const health = useLoaded(api.readHealth);
  const renew = (): void => {
    coverage.renew();
    health.renew();
  };

  if (coverage.loaded.kind === "failed" && coverage.loaded.error instanceof SignedOutError) {
    return <SignedOut page={PAGE} reason="Sign in to see which order changes Salesforce told us of." />;
  }
  return (
    <>
      <PatternDefinitions />
      <AuditorBar current="coverage" />
      <main class="coverage">
        <div class="section-head">
          <h1>Coverage</h1>
          <RangePicker choice={choice} onChoose={setChoice} />
        </div>
        <p class="lead">Which order changes Salesforce told us of, and by which route.</p>
        <HealthBanner health={health.loaded} />
        <Content loaded={coverage.loaded} timeZone={timeZone} onRenew={renew} />
        {coverage.loaded.kind !== "failed" && <CategoryGuide />}
      </main>
    </>
  );
}

function RangePicker({ choice, onChoose }: { choice: RangeChoice; onChoose: (choice: RangeChoice) => void }) {
  return (
    <fieldset class="filter">
      <legend class="visually-hidden">Range</legend>
      {RANGE_CHOICES.map(({ id, label }) => (
        <button key={id} type="button" aria-pressed={id === choice} onClick={() => onChoose(id)}>
          {label}
        </button>
      ))}
    </fieldset>
  );
}

function Content(props: { loaded: Loaded<Coverage>; timeZone: string; onRenew: () => void }) {
  const { loaded, timeZone, onRenew } = props;
  switch (loaded.kind) {
    case "loading":
      return <CoverageSkeleton />;
    case "failed":
      return <CoverageFailed error={loaded.error} onRetry={onRenew} />;
    case "loaded": {
      const { value: coverage, isRenewing } = loaded;
      const all = countVersions(coverage.totals);
      if (all === 0) return <CoverageEmpty onRenew={onRenew} />;
      const clock = toClockSentence(coverage.windowHours, coverage.windows.at(-1)?.from ?? "", timeZone);
      return (
        <section class="card results" aria-label="Order versions by route" aria-busy={isRenewing}>
          <output class="visually-hidden">{`${all.toLocaleString("en")} order versions`}</output>
          <CoverageTotals totals={coverage.totals} />
          <CoverageChart coverage={coverage} timeZone={timeZone} />
          <p class="foot">
            <span>
              {clock} The last {coverage.windowHours === 1 ? "hour" : "day"} is still filling.
            </span>
            <button type="button" class="link-button" aria-disabled={isRenewing} onClick={onRenew}>
              {isRenewing ? "Refreshing…" : "Refresh"}
            </button>
          </p>
          <CoverageTable coverage={coverage} timeZone={timeZone} />
        </section>
      );
    }
  }
}
