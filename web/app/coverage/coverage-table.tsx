/** The numbers behind the bars, newest first. */
import { type Coverage, countVersions } from "../../../src/domain/coverage.ts";
import { CATEGORIES } from "./coverage-words.ts";
import { createWindowWords } from "./window-words.ts";

/** A row for each window and one for all; closed until someone opens it. */
export function CoverageTable({ coverage, timeZone }: { coverage: Coverage; timeZone: string }) {
  const { windows, windowHours, totals } = coverage;
  const toWords = createWindowWords(windowHours, timeZone);
  return (
    <details class="numbers">
      <summary>The numbers as a table</summary>
      {/* A region that scrolls sideways has to take the focus, or a keyboard could not scroll it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div class="table-place" role="region" aria-label="Numbers" tabIndex={0}>
        <table>
          <caption class="visually-hidden">Order versions per window, by the route that told of them</caption>
          <thead>
            <tr>
              <th scope="col">{windowHours === 1 ? "Hour" : "Day (UTC)"}</th>
              {CATEGORIES.map(({ id, title }) => (
                <th key={id} scope="col" class="number">
                  {title}
                </th>
              ))}
              <th scope="col" class="number">
                All
              </th>
            </tr>
          </thead>
          <tbody>
            {windows.toReversed().map((window) => {
              const { name, utc } = toWords(window.from);
              return (
                <tr key={window.from}>
                  <th scope="row">
                    {name} {utc && <span class="soft">({utc})</span>}
                  </th>
                  {CATEGORIES.map(({ id }) => (
                    <Count key={id} count={window[id]} />
                  ))}
                  <Count count={countVersions(window)} />
                </tr>
              );
            })}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All</th>
              {CATEGORIES.map(({ id }) => (
                <Count key={id} count={totals[id]} />
              ))}
              <Count count={countVersions(totals)} />
            </tr>
          </tfoot>
        </table>
      </div>
    </details>
  );
}

function Count({ count }: { count: number }) {
  return <td class={count === 0 ? "number zero" : "number"}>{count.toLocaleString("en")}</td>;
}
