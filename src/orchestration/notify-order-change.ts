/** The orchestration behind every change: claim it, decide who hears of it, deliver, and keep the manifest. */
import type { OrchestrationContext, Task } from "durable-functions";
import { claimResultSchema, orderChangeInputSchema } from "../domain/claim.ts";
import {
  addPage,
  type DeliveryCounts,
  type Manifest,
  NO_COUNTS,
  pageManifestSchema,
} from "../domain/manifest.ts";
import { toNotificationId } from "../domain/notification-id.ts";
import { callActivity, callSubOrchestration } from "./call-activity.ts";
import { ACTIVITY, ORCHESTRATION, toPageInstanceId } from "./names.ts";
import { notifyPage, type PageDecision } from "./notify-page.ts";

/** Input: `orderChangeInputSchema`; output: a `Manifest`. */
export function* notifyOrderChange(context: OrchestrationContext): Generator<Task, Manifest, unknown> {
  const { change } = orderChangeInputSchema.parse(context.df.getInput());
  const instanceId = context.df.instanceId;
  const { firstPage, ...claim } = yield* callActivity(
    context,
    ACTIVITY.claimChange,
    { change, instanceId },
    claimResultSchema,
  );
  const { transition, decidedAt } = claim;
  const facts = { orderId: change.orderId, decidedAt, transition };
  if (transition.outcome === "silent" || firstPage === null) {
    return { ...facts, outcome: "silent", notificationId: null, firstPage: null, counts: NO_COUNTS };
  }
  const decision: PageDecision = { change, claim, news: transition, rootInstanceId: instanceId };
  const page = yield* notifyPage(context, decision, firstPage);
  const counts = yield* notifyFurtherPages(context, decision, page.next, addPage(NO_COUNTS, page));
  return {
    ...facts,
    outcome: counts.failedBatches > 0 ? "completedWithFailures" : "completed",
    notificationId: toNotificationId(decidedAt, change.changeHash),
    firstPage: page,
    counts,
  };
}

/** Each further page is an orchestration of its own, so that no history grows with the crowd. */
function* notifyFurtherPages(
  context: OrchestrationContext,
  { change, claim, rootInstanceId }: PageDecision,
  firstNext: string | null,
  firstCounts: DeliveryCounts,
): Generator<Task, DeliveryCounts, unknown> {
  let counts = firstCounts;
  for (let after = firstNext; after !== null;) {
    const page = yield* callSubOrchestration(context, {
      name: ORCHESTRATION.notifyAudiencePage,
      instanceId: toPageInstanceId(rootInstanceId, counts.pages),
      input: { change, claim, rootInstanceId, after },
      output: pageManifestSchema,
    });
    counts = addPage(counts, page);
    after = page.next;
  }
  return counts;
}
