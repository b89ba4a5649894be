/** The signed file of one orchestration, and how to check it. */
import { useCallback, useEffect } from "preact/hooks";
import type { Timeline } from "../../../src/domain/audit.ts";
import { SignedOutError } from "../../client/api-errors.ts";
import { isOver } from "./change-words.ts";
import type { AuditApi } from "./create-audit-api.ts";
import { toFileName, toRefusalWords } from "./evidence-words.ts";
import { saveFile } from "./save-file.ts";
import { useTask } from "./use-task.ts";

/** The panel of one timeline. */
export function EvidencePanel(props: { timeline: Timeline; api: AuditApi; onSignedOut: () => void }) {
  const { timeline, api, onSignedOut } = props;
  const { instanceId, status } = timeline;
  const fileName = toFileName(instanceId);
  const run = useCallback(
    async (signal: AbortSignal) =>
      saveFile(await api.readEvidence(instanceId, signal), toFileName(instanceId)),
    [api, instanceId],
  );
  const { task, start } = useTask(run);
  useEffect(() => {
    if (task.kind === "failed" && task.error instanceof SignedOutError) onSignedOut();
  }, [task, onSignedOut]);
  const isRunning = task.kind === "running";
  return (
    <section class="card part evidence" aria-labelledby="file-title">
      <h2 id="file-title">Evidence</h2>
      <p class="soft">
        One signed file with the record, the configuration that mattered and the version of the code. It can
        be checked years later, without this app.
      </p>
      <p>
        <button
          type="button"
          class="quiet-button"
          aria-disabled={isRunning}
          onClick={() => isRunning || start()}
        >
          {isRunning ? "Signing…" : "Download evidence"}
        </button>
      </p>
      {!isOver(status) && <p class="soft">There is evidence once the orchestration has ended.</p>}
      {task.kind === "failed" && !(task.error instanceof SignedOutError) && (
        <p class="problem" role="alert">
          {toRefusalWords(task.error)}
        </p>
      )}
      <output class="saved">{task.kind === "done" && `Saved as ${fileName}.`}</output>
      <details class="more-facts" open={task.kind === "done"}>
        <summary>How to check it</summary>
        <p>On any machine with Node.js and the command orderbell; no server is asked:</p>
        <pre class="command">
          <code>npx orderbell audit verify {fileName}</code>
        </pre>
        <p class="soft">
          It names the thumbprint of the key that signed. Compare it with the one your administrator
          published; a single changed byte is refused.
        </p>
      </details>
    </section>
  );
}
