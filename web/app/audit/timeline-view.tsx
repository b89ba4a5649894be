/** One orchestration: how it ended, what changed, what happened, who was told and who was not, and the proof. */
import { useCallback, useEffect } from "preact/hooks";
import type { Timeline } from "../../../src/domain/audit.ts";
import { SignedOutError } from "../../client/api-errors.ts";
import { useLoaded } from "../use-loaded.ts";
import { AuditFailed, AuditSkeleton } from "./audit-states.tsx";
import { ChangeFacts } from "./change-facts.tsx";
import { isOver, toStatusWords } from "./change-words.ts";
import type { AuditApi } from "./create-audit-api.ts";
import { EvidencePanel } from "./evidence-panel.tsx";
import { Instant } from "./instant.tsx";
import { NotToldList } from "./not-told-list.tsx";
import { ReplayPanel } from "./replay-panel.tsx";
import { SubjectLink } from "./subject-link.tsx";
import { TimelineEntries } from "./timeline-entries.tsx";
import { ToldList } from "./told-list.tsx";
import { useFocusOnArrival } from "./use-focus-on-arrival.ts";
import { toDurationWords } from "./utc-words.ts";

/** Loads a timeline and shows it. */
export function TimelineView(props: { instanceId: string; api: AuditApi; onSignedOut: () => void }) {
  const { instanceId, api, onSignedOut } = props;
  const read = useCallback((signal: AbortSignal) => api.readTimeline(instanceId, signal), [api, instanceId]);
  const { loaded, renew } = useLoaded(read);
  const error = loaded.kind === "failed" ? loaded.error : undefined;
  useEffect(() => {
    if (error instanceof SignedOutError) onSignedOut();
  }, [error, onSignedOut]);
  switch (loaded.kind) {
    case "loading":
      return <AuditSkeleton words="Loading the timeline" />;
    case "failed":
      return <AuditFailed error={loaded.error} what="orchestration" id={instanceId} onRetry={renew} />;
    case "loaded": {
      const { value: timeline, isRenewing } = loaded;
      return (
        <>
          <Head timeline={timeline} isRenewing={isRenewing} onRenew={renew} />
          <div class="proof">
            <ReplayPanel timeline={timeline} api={api} onSignedOut={onSignedOut} />
            <EvidencePanel timeline={timeline} api={api} onSignedOut={onSignedOut} />
          </div>
          <ChangeFacts timeline={timeline} />
          <TimelineEntries timeline={timeline} />
          {isAboutPeople(timeline) && (
            <>
              <ToldList told={timeline.told} />
              <NotToldList notTold={timeline.notTold} />
            </>
          )}
        </>
      );
    }
  }
}

/** Orchestrations that only echo receipts or mirror groups decide about nobody. */
function isAboutPeople({ change, told, notTold }: Timeline): boolean {
  return change !== null || told.length > 0 || notTold.length > 0;
}

function Head({
  timeline,
  isRenewing,
  onRenew,
}: {
  timeline: Timeline;
  isRenewing: boolean;
  onRenew: () => void;
}) {
  const heading = useFocusOnArrival();
  const { instanceId, name, source, status, startedAt, endedAt, orderId, headline, transitionText } =
    timeline;
  const number = timeline.change?.otherFields["OrderNumber"];
  return (
    <section class="card part" aria-labelledby="headline" aria-busy={isRenewing}>
      {orderId !== null && (
        <p class="crumb">
          <SubjectLink kind="order" id={orderId}>
            All changes of order {number ?? ""} <span class="id">{orderId}</span>
          </SubjectLink>
        </p>
      )}
      <h2 id="headline" class="headline" ref={heading} tabIndex={-1}>
        {headline}
      </h2>
      {transitionText !== null && <p>{transitionText}</p>}
      <p class="badges">
        <span class={status === "Failed" ? "badge bad" : isOver(status) ? "badge" : "badge waiting"}>
          {toStatusWords(status)}
        </span>
        <span class="badge">{source === "history" ? "From the live history" : "From archived evidence"}</span>
        {!isOver(status) && (
          <button type="button" class="link-button" aria-disabled={isRenewing} onClick={onRenew}>
            {isRenewing ? "Refreshing…" : "Refresh"}
          </button>
        )}
      </p>
      <dl class="facts">
        {startedAt !== null && (
          <div>
            <dt>Started</dt>
            <dd>
              <Instant at={startedAt} />
            </dd>
          </div>
        )}
        {endedAt !== null && (
          <div>
            <dt>Ended</dt>
            <dd>
              <Instant at={endedAt} />
              {startedAt !== null && <span class="soft"> (took {toDurationWords(startedAt, endedAt)})</span>}
            </dd>
          </div>
        )}
        {isAboutPeople(timeline) && <PeopleCounts timeline={timeline} />}
        <div>
          <dt>Orchestration</dt>
          <dd>
            {name} <span class="id">{instanceId}</span>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function PeopleCounts({ timeline: { told, notTold } }: { timeline: Timeline }) {
  return (
    <div>
      <dt>People</dt>
      <dd>
        <a class="inline-link" href="#told-title">
          {told.length.toLocaleString("en")} to be told
        </a>
        {", "}
        <a class="inline-link" href="#not-told-title">
          {notTold.length.toLocaleString("en")} with a row that said no
        </a>
      </dd>
    </div>
  );
}
