import type { Timeline, TimelineEntry } from "../../../src/domain/audit.ts";
import { AuditIcon } from "./audit-icon.tsx";
import { Instant } from "./instant.tsx";
import { PagedList } from "./paged-list.tsx";
import { SubjectLink } from "./subject-link.tsx";
import { toUtcDay } from "./utc-words.ts";

const LINKS: Readonly<Partial<Record<TimelineEntry["kind"], string>>> = {
  source: "Timeline of the whole change",
  page: "Timeline of this page",
  escalation: "Timeline of the escalation",
  redrive: "Timeline of the redrive",
};

/** What happened, line by line. */
export function TimelineEntries({ timeline: { instanceId, entries } }: { timeline: Timeline }) {
  const days = [...new Set(entries.flatMap(({ at }) => at ?? []).map(toUtcDay))];
  return (
    <section class="card part" aria-labelledby="entries-title">
      <h2 id="entries-title">What happened</h2>
      {entries.length === 0 ? (
        <p class="soft">Nothing is recorded yet.</p>
      ) : (
        <>
          <p class="soft">Times are in UTC{days.length === 1 && ` on ${days[0] ?? ""}`}.</p>
          <PagedList items={entries} toKey={(_, index) => index} class="entries" noun="entries" isOrdered>
            {(entry) => <Entry entry={entry} ownId={instanceId} withDay={days.length > 1} />}
          </PagedList>
        </>
      )}
    </section>
  );
}

function Entry({ entry, ownId, withDay }: { entry: TimelineEntry; ownId: string; withDay: boolean }) {
  const { at, kind, text, instanceId } = entry;
  return (
    <div class={`entry ${kind}`}>
      <span class="entry-mark">
        <AuditIcon shape={kind} />
      </span>
      <span class="entry-at">
        {at === null ? (
          <span class="soft">no time recorded</span>
        ) : (
          <>
            {withDay && <span>{toUtcDay(at)} </span>}
            <Instant at={at} clockOnly />
          </>
        )}
      </span>
      <span class="entry-text">
        {text}
        {instanceId !== undefined && instanceId !== ownId && (
          <>
            {" "}
            <SubjectLink kind="orchestration" id={instanceId}>
              {LINKS[kind] ?? "Its timeline"}
            </SubjectLink>
          </>
        )}
      </span>
    </div>
  );
}
