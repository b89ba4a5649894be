/** What came of a replay, big and clear, and of each orchestration that belongs to it. */
import type { RefObject } from "preact";
import type { ReplayReport, Verdict } from "../../../src/domain/audit.ts";
import { AuditIcon } from "./audit-icon.tsx";
import { PagedList } from "./paged-list.tsx";
import { SideBySide } from "./side-by-side.tsx";
import { SubjectLink } from "./subject-link.tsx";

type Part = ReplayReport["orchestrations"][number];

/** Each verdict, and what it means. */
export const VERDICTS = {
  reproduced: { title: "Reproduced", meaning: "The recorded decision comes out the same." },
  diverged: {
    title: "Diverged",
    meaning: "Made again from the same record, the decision does not come out the same.",
  },
  incomplete: {
    title: "Incomplete",
    meaning: "The record does not hold everything that the decision was made from, so nothing is proved.",
  },
} as const satisfies Record<ReplayReport["verdict"], { title: string; meaning: string }>;

/** The verdict of a whole report. */
export function VerdictView(props: {
  report: ReplayReport;
  headingRef: RefObject<HTMLHeadingElement | null>;
}) {
  const { report, headingRef } = props;
  const { verdict, orchestrations } = report;
  const { title, meaning } = VERDICTS[verdict];
  return (
    <div class={`verdict ${verdict}`}>
      <div class="verdict-head">
        <AuditIcon shape={verdict} />
        <div>
          <h3 class="verdict-title" ref={headingRef} tabIndex={-1}>
            {title}
          </h3>
          <p class="verdict-meaning">{meaning}</p>
        </div>
      </div>
      <ReportFacts report={report} />
      {orchestrations.length === 1 && orchestrations[0]?.result.verdict === "reproduced" ? null : (
        <PagedList
          items={orchestrations.toSorted(
            (a, b) => WORST_FIRST[a.result.verdict] - WORST_FIRST[b.result.verdict],
          )}
          toKey={({ instanceId }) => instanceId}
          class="verdict-parts"
          noun="orchestrations"
        >
          {(part) => <PartView part={part} ownId={report.instanceId} />}
        </PagedList>
      )}
    </div>
  );
}

const WORST_FIRST: Readonly<Record<Verdict["verdict"], number>> = {
  diverged: 0,
  incomplete: 1,
  reproduced: 2,
};

function ReportFacts({ report }: { report: ReplayReport }) {
  const { source, codeVersion, orchestrations } = report;
  const { recorded, now } = codeVersion;
  return (
    <ul class="verdict-facts">
      <li>
        Read from {source === "history" ? "the live history" : "archived evidence"}.{" "}
        {toStepWords(orchestrations)}
      </li>
      {recorded === now ? (
        <li>
          The same version of the code decided then and now: <Version version={now} />.
        </li>
      ) : (
        <li>
          {recorded === null ? (
            "The record does not say which version of the code decided then"
          ) : (
            <>
              Version <Version version={recorded} /> decided then
            </>
          )}
          ; version <Version version={now} /> made the decision again.
        </li>
      )}
    </ul>
  );
}

function Version({ version }: { version: string }) {
  return <span class="id">{version}</span>;
}

/** How much came out the same; what did not is told beneath. */
function toStepWords(orchestrations: readonly Part[]): string {
  const same = orchestrations.flatMap(({ result }) =>
    result.verdict === "reproduced" ? [result.steps] : [],
  );
  if (same.length === 0) return "";
  const steps = same.reduce((sum, count) => sum + count, 0);
  const stepWords = `${steps.toLocaleString("en")} ${steps === 1 ? "step" : "steps"}`;
  if (orchestrations.length === 1) return `${stepWords} came out the same.`;
  const of = same.length === orchestrations.length ? "all" : same.length.toLocaleString("en");
  const all = orchestrations.length.toLocaleString("en");
  return `${stepWords} of ${of === "all" ? `all ${all}` : `${of} of ${all}`} orchestrations came out the same.`;
}

function PartView({ part: { instanceId, name, result }, ownId }: { part: Part; ownId: string }) {
  return (
    <div class={`verdict-part ${result.verdict}`}>
      <p class="verdict-part-head">
        <AuditIcon shape={result.verdict} />
        <span>
          <strong>{name}</strong>: {toPartWords(result)}{" "}
          {instanceId === ownId ? (
            <span class="id soft">{instanceId}</span>
          ) : (
            <SubjectLink kind="orchestration" id={instanceId}>
              <span class="id">{instanceId}</span>
            </SubjectLink>
          )}
        </span>
      </p>
      <PartDetail result={result} />
    </div>
  );
}

function toPartWords(result: Verdict): string {
  switch (result.verdict) {
    case "reproduced":
      return `reproduced, ${result.steps.toLocaleString("en")} ${result.steps === 1 ? "step" : "steps"}.`;
    case "diverged":
      return "diverged.";
    case "incomplete":
      return "incomplete.";
  }
}

function PartDetail({ result }: { result: Verdict }) {
  switch (result.verdict) {
    case "reproduced":
      return null;
    case "diverged":
      return (
        <>
          <p>
            The first difference is at step {result.step}: {result.at}
          </p>
          <SideBySide recorded={result.recorded} now={result.now} />
        </>
      );
    case "incomplete":
      return (
        <>
          <p>Missing from the record:</p>
          <ul class="missing">
            {result.missing.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </>
      );
  }
}
