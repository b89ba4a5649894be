/**
 * The orchestration that delivers dead letters again, under their first notification ids: inbox rows merge and clients
 * drop what they have. Letters of one notification go out together; if that fails, each goes alone.
 */
import type { OrchestrationContext, Task } from "durable-functions";
import { z } from "zod";
import {
  type LettersRequest,
  type OpenLetter,
  openLettersSchema,
  redriveInputSchema,
  type RedriveOutcome,
  type RedriveRecord,
} from "../domain/dead-letter.ts";
import { batchReportSchema } from "../domain/delivery-batch.ts";
import { groupBy } from "../domain/group-by.ts";
import { callActivities, callActivity } from "./call-activity.ts";
import { ACTIVITY } from "./names.ts";

type Result = RedriveRecord["results"][number];

/** A person waits for the outcome, and can ask again. */
const ATTEMPTS = 2;

/** Input: `redriveInputSchema`; output: a `RedriveOutcome`. */
export function* redriveDeadLetters(context: OrchestrationContext): Generator<Task, RedriveOutcome, unknown> {
  const { ids, redrivenBy } = redriveInputSchema.parse(context.df.getInput());
  const { instanceId } = context.df;
  const request: LettersRequest = { ids, instanceId };
  const { letters } = yield* callActivity(context, ACTIVITY.loadDeadLetters, request, openLettersSchema);
  const groups = groupBy(letters, ({ instanceId, announcement }) => `${instanceId}|${announcement.id}`);
  const together = yield* deliver(context, [...groups.values()], ATTEMPTS);
  const alone = yield* deliver(
    context,
    together.failed.filter(({ group }) => group.length > 1).flatMap(({ group }) => group.map((one) => [one])),
    1,
  );
  const failed = [...together.failed.filter(({ group }) => group.length === 1), ...alone.failed];
  const results = [
    ...[...together.delivered, ...alone.delivered].map(({ id }): Result => ({ id, result: "delivered" })),
    ...failed.flatMap(({ group, cause }) => group.map(({ id }): Result => ({ id, result: "failed", cause }))),
  ];
  const record: RedriveRecord = { redrivenBy, instanceId, results };
  if (results.length > 0) yield* callActivity(context, ACTIVITY.recordRedrives, record, z.unknown());
  const delivered = results.filter(({ result }) => result === "delivered").length;
  return { delivered, failed: results.length - delivered, skipped: ids.length - letters.length };
}

type Delivered = { delivered: OpenLetter[]; failed: { group: OpenLetter[]; cause: string }[] };

function* deliver(
  context: OrchestrationContext,
  groups: readonly OpenLetter[][],
  attempts: number,
): Generator<Task, Delivered, unknown> {
  const batches = groups.map((group) => ({
    instanceId: group[0]?.instanceId,
    announcement: group[0]?.announcement,
    recipients: group.map(({ recipient }) => recipient),
  }));
  const outcomes = yield* callActivities(
    context,
    ACTIVITY.deliverBatch,
    batches,
    batchReportSchema,
    attempts,
  );
  const sum: Delivered = { delivered: [], failed: [] };
  for (const [index, group] of groups.entries()) {
    const outcome = outcomes[index];
    if (outcome?.ok === true) sum.delivered.push(...group);
    else sum.failed.push({ group, cause: outcome?.cause ?? "not tried" });
  }
  return sum;
}
