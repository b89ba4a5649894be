/** Decides one page of the audience and delivers it: the heart of both orchestrations. */
import type { OrchestrationContext, Task } from "durable-functions";
import { type AudiencePage, decideAudience } from "../domain/audience.ts";
import type { Claim } from "../domain/claim.ts";
import { batchReportSchema, type DeliveryBatch, toDeliveryBatches } from "../domain/delivery-batch.ts";
import { type BatchOutcome, type PageManifest, splitReportSchema } from "../domain/manifest.ts";
import { composeAnnouncement } from "../domain/notification.ts";
import type { OrderChange } from "../domain/order-change.ts";
import type { Escalation } from "../domain/subscription.ts";
import type { Traced } from "../domain/traced.ts";
import type { News } from "../domain/transition.ts";
import { callActivities, callSubOrchestrations } from "./call-activity.ts";
import { ACTIVITY, ORCHESTRATION, toFailedBatchInstanceId } from "./names.ts";

/**
 * About three seconds, for what passes by itself. More would keep the healthy of a batch waiting for the bad ones; an
 * outage is waited out by `deliverFailedBatch`, which can tell the two apart.
 */
const BATCH_ATTEMPTS = 3;

/** What the decision needs besides the page itself. */
export type PageDecision = {
  change: OrderChange;
  claim: Claim;
  news: News;
  rootInstanceId: string;
  traced: Traced;
};

/** Decides and delivers `page`; a batch that fails is delivered apart in an orchestration of its own. */
export function* notifyPage(
  context: OrchestrationContext,
  { change, claim, news, rootInstanceId, traced }: PageDecision,
  page: AudiencePage,
): Generator<Task, PageManifest, unknown> {
  const { recipients, exclusions } = decideAudience(change, news, page.subscriptions);
  const announcement = composeAnnouncement({ change, news, decidedAt: claim.decidedAt, link: claim.link });
  const isEscalating = recipients.some(({ escalations }) => escalations !== undefined);
  const batches = toDeliveryBatches(rootInstanceId, announcement, recipients).map((batch) => ({
    ...batch,
    ...(isEscalating ? { escalates: true as const } : {}),
    ...traced,
  }));
  const outcomes = yield* deliverBatches(context, batches);
  return {
    recipients: recipients.length,
    exclusions,
    withheld: recipients.filter(({ quietUntil }) => quietUntil !== undefined).length,
    escalations: toDistinct(recipients.flatMap(({ escalations }) => escalations ?? [])),
    batches: outcomes,
    next: page.next,
  };
}

function toDistinct(escalations: readonly Escalation[]): Escalation[] {
  return [...new Map(escalations.map((one) => [`${one.afterMinutes}|${one.group}`, one])).values()];
}

function* deliverBatches(
  context: OrchestrationContext,
  batches: readonly DeliveryBatch[],
): Generator<Task, BatchOutcome[], unknown> {
  const tries = yield* callActivities(
    context,
    ACTIVITY.deliverBatch,
    batches,
    batchReportSchema,
    BATCH_ATTEMPTS,
  );
  const failed = batches.flatMap((batch, index) => {
    const outcome = tries[index];
    return outcome?.ok === false ? [{ batch, index, cause: outcome.cause }] : [];
  });
  const page = toPageNumber(context.df.instanceId);
  const calls = failed.map(({ batch, index, cause }) => ({
    instanceId: toFailedBatchInstanceId(batch.instanceId, page, index),
    input: { batch, cause, attempts: BATCH_ATTEMPTS },
  }));
  const splits = yield* callSubOrchestrations(
    context,
    ORCHESTRATION.deliverFailedBatch,
    calls,
    splitReportSchema,
  );
  const outcomes = tries.map((outcome): BatchOutcome | undefined =>
    outcome.ok ? { outcome: "delivered", ...outcome.output } : undefined,
  );
  for (const [position, { batch, index }] of failed.entries()) {
    const split = splits[position];
    if (split === undefined) continue;
    outcomes[index] = split.ok
      ? { outcome: "split", ...split.output }
      : { outcome: "failed", cause: split.cause, targets: batch.recipients.map(({ target }) => target) };
  }
  return outcomes.filter((outcome) => outcome !== undefined);
}

/** The first page is the root's own. */
function toPageNumber(instanceId: string): number {
  return Number(/:p(\d+)$/.exec(instanceId)?.[1] ?? 0);
}
