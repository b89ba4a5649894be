/**
 * The orchestration of a batch that failed: delivers to whom it can (deliver-apart.ts says how, and what it costs) and
 * puts the others into quarantine, from where an administrator redrives them.
 */
import type { OrchestrationContext, Task } from "durable-functions";
import { failedBatchSchema, type FailedRecipient, quarantineReportSchema } from "../domain/dead-letter.ts";
import { MAX_CAUSES, type SplitReport } from "../domain/manifest.ts";
import { callActivity } from "./call-activity.ts";
import { deliverApart } from "./deliver-apart.ts";
import { ACTIVITY } from "./names.ts";

/** Input: `failedBatchSchema`; output: a `SplitReport`. */
export function* deliverFailedBatch(context: OrchestrationContext): Generator<Task, SplitReport, unknown> {
  const input = failedBatchSchema.parse(context.df.getInput());
  const { instanceId, announcement } = input.batch;
  const { failed, ...delivered } = yield* deliverApart(context, input);
  if (failed.length === 0) return { ...delivered, quarantined: [], causes: [] };
  const request = { instanceId, announcement, failed };
  const report = yield* callActivity(context, ACTIVITY.quarantineRecipients, request, quarantineReportSchema);
  const quarantined = failed.map(({ recipient }, index) => ({
    target: recipient.target,
    isStored: report.areStored[index] ?? false,
  }));
  return {
    ...delivered,
    stored: delivered.stored + quarantined.filter(({ isStored }) => isStored).length,
    quarantined,
    causes: toDistinctCauses(failed),
  };
}

function toDistinctCauses(failed: readonly FailedRecipient[]): string[] {
  return [...new Set(failed.map(({ cause }) => cause))].slice(0, MAX_CAUSES);
}
