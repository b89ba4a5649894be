/** The button that has the decision made again, and what came of it. */
import { useCallback, useEffect, useRef } from "preact/hooks";
import type { ReplayReport, Timeline } from "../../../src/domain/audit.ts";
import { SignedOutError, toProblem } from "../../client/api-errors.ts";
import type { AuditApi } from "./create-audit-api.ts";
import { type TaskState, useTask } from "./use-task.ts";
import { VerdictView, VERDICTS } from "./verdict-view.tsx";

/** The panel of one timeline. */
export function ReplayPanel(props: { timeline: Timeline; api: AuditApi; onSignedOut: () => void }) {
  const { timeline, api, onSignedOut } = props;
  const { instanceId } = timeline;
  const run = useCallback((signal: AbortSignal) => api.replay(instanceId, signal), [api, instanceId]);
  const { task, start } = useTask(run);
  const button = useRef<HTMLButtonElement>(null);
  const verdict = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (task.kind === "failed" && task.error instanceof SignedOutError) onSignedOut();
    // Whoever moved the focus elsewhere meanwhile keeps it there.
    const { activeElement } = document;
    const isWaiting = activeElement === button.current || activeElement === document.body;
    if (task.kind !== "done" || !isWaiting) return;
    verdict.current?.focus({ preventScroll: true });
    verdict.current?.scrollIntoView({ block: "nearest" });
  }, [task, onSignedOut]);
  const isRunning = task.kind === "running";
  return (
    <section class="card part replay" aria-labelledby="replay-title" aria-busy={isRunning}>
      <h2 id="replay-title">Proof</h2>
      <p class="soft">
        The decision is made again by the code that runs today, from what was recorded. Nothing is sent, and
        nothing is changed.
      </p>
      <p>
        <button
          type="button"
          ref={button}
          class="primary-button"
          aria-disabled={isRunning}
          onClick={() => isRunning || start()}
        >
          {isRunning ? "Replaying…" : task.kind === "done" ? "Replay again" : "Replay the decision"}
        </button>
      </p>
      {isRunning && <progress class="progress" aria-label="Replaying the decision" />}
      <output class="visually-hidden">{toSpokenWords(task)}</output>
      {task.kind === "failed" && !(task.error instanceof SignedOutError) && (
        <p class="problem" role="alert">
          The decision could not be replayed. {toReason(task.error)}
        </p>
      )}
      {task.kind === "done" && <VerdictView report={task.value} headingRef={verdict} />}
    </section>
  );
}

function toReason(error: unknown): string {
  const { title, detail, status } = toProblem(error);
  if (status === 404) return "There is no record of it any more.";
  return detail ?? `${title}.`;
}

function toSpokenWords(task: TaskState<ReplayReport>): string {
  switch (task.kind) {
    case "idle":
    case "failed":
      return "";
    case "running":
      return "The decision is being made again from the record";
    case "done": {
      const { title, meaning } = VERDICTS[task.value.verdict];
      return `${title}. ${meaning}`;
    }
  }
}
