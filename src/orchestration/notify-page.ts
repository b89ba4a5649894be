/** Decides one page of the audience and delivers it: the heart of both orchestrations. */
import type { OrchestrationContext, Task } from "durable-functions";
import { type AudiencePage, decideAudience } from "../domain/audience.ts";
import type { Claim } from "../domain/claim.ts";
import { batchReportSchema, type DeliveryBatch, toDeliveryBatches } from "../domain/delivery-batch.ts";
import type { BatchOutcome, PageManifest } from "../domain/manifest.ts";
import { composeAnnouncement } from "../domain/notification.ts";
import type { OrderChange } from "../domain/order-change.ts";
import type { News } from "../domain/transition.ts";
import { callActivities, type Outcome } from "./call-activity.ts";
import { ACTIVITY } from "./names.ts";

/** What the decision needs besides the page itself. */
export type PageDecision = { change: OrderChange; claim: Claim; news: News; rootInstanceId: string };

/** Decides and delivers `page`; batches that fail for good are named in the manifest, the others go on. */
export function* notifyPage(
  context: OrchestrationContext,
  { change, claim, news, rootInstanceId }: PageDecision,
  page: AudiencePage,
): Generator<Task, PageManifest, unknown> {
  const { recipients, exclusions } = decideAudience(change, news, page.subscriptions);
  const announcement = composeAnnouncement({ change, news, decidedAt: claim.decidedAt, link: claim.link });
  const batches = toDeliveryBatches(rootInstanceId, announcement, recipients);
  const outcomes = yield* callActivities(context, ACTIVITY.deliverBatch, batches, batchReportSchema);
  return {
    recipients: recipients.length,
    exclusions,
    batches: batches.flatMap((batch, index) => toBatchOutcome(batch, outcomes[index])),
    next: page.next,
  };
}

function toBatchOutcome(
  batch: DeliveryBatch,
  outcome: Outcome<{ stored: number; pushed: number }> | undefined,
): BatchOutcome[] {
  if (outcome === undefined) return [];
  if (outcome.ok) return [{ outcome: "delivered", ...outcome.output }];
  return [{ outcome: "failed", cause: outcome.cause, targets: batch.recipients.map(({ target }) => target) }];
}
