import type { OrderAudit } from "../../../src/domain/audit.ts";
import { Instant } from "./instant.tsx";
import { SubjectLink } from "./subject-link.tsx";
import { toRouteWords } from "./change-words.ts";
import { toDurationWords } from "./utc-words.ts";

type Change = OrderAudit["changes"][number];

/** A line for each change, which leads to its timeline. */
export function ChangeList({ changes, evidence }: Pick<OrderAudit, "changes" | "evidence">) {
  const archived = new Set(evidence.map(({ instanceId }) => instanceId));
  return (
    <ol class="changes">
      {changes.map((change) => (
        <li key={change.instanceId} class="change">
          <p class="change-when">
            <Instant at={change.systemModstamp} />
          </p>
          <div class="change-what">
            <h3>
              <SubjectLink kind="orchestration" id={change.instanceId} class="change-link">
                {change.text}
              </SubjectLink>
            </h3>
            <p class="soft">{toSourceWords(change)}</p>
          </div>
          <p class="change-state">
            <State change={change} />
            {archived.has(change.instanceId) && <span class="badge">Evidence archived</span>}
          </p>
        </li>
      ))}
    </ol>
  );
}

/** "By outbound message, 2 seconds later". */
function toSourceWords({ route, systemModstamp, recordedAt }: Change): string {
  const later = Date.parse(recordedAt) - Date.parse(systemModstamp) < 1000 ? "at once" : undefined;
  return `${toRouteWords(route)}, ${later ?? `${toDurationWords(systemModstamp, recordedAt)} later`}`;
}

function State({ change: { state, decidedAt, transition } }: { change: Change }) {
  if (state === "starting") return <span class="badge waiting">Not started yet</span>;
  if (decidedAt === null) return <span class="badge waiting">Started, not decided yet</span>;
  const isSilent = transition?.outcome === "silent";
  return <span class={isSilent ? "badge" : "badge good"}>{isSilent ? "Nobody to tell" : "Decided"}</span>;
}
