/** The orchestration behind every change: claim it, decide who hears of it, deliver, and keep the manifest. */
import type { OrchestrationContext, Task } from "durable-functions";
import { z } from "zod";
import { type Claim, claimResultSchema, orderChangeInputSchema } from "../domain/claim.ts";
import { toEarliestEscalations, toEscalationRequest } from "../domain/escalation.ts";
import {
  addPage,
  type DeliveryCounts,
  type Manifest,
  NO_COUNTS,
  pageManifestSchema,
} from "../domain/manifest.ts";
import { composeAnnouncement } from "../domain/notification.ts";
import type { Escalation } from "../domain/subscription.ts";
import { toTraced } from "../domain/traced.ts";
import { callActivity, callSubOrchestration } from "./call-activity.ts";
import { ACTIVITY, ORCHESTRATION, toPageInstanceId } from "./names.ts";
import { notifyPage, type PageDecision } from "./notify-page.ts";

/** The result of `startEscalation`: false when it had been started, or a receipt came first. */
const startedSchema = z.object({ started: z.boolean() });

/** Input: `orderChangeInputSchema`; output: a `Manifest`. */
export function* notifyOrderChange(context: OrchestrationContext): Generator<Task, Manifest, unknown> {
  const { change, traceparent, heard } = orderChangeInputSchema.parse(context.df.getInput());
  const instanceId = context.df.instanceId;
  const { firstPage, transition, decidedAt, link } = yield* callActivity(
    context,
    ACTIVITY.claimChange,
    { change, instanceId, ...toTraced({ traceparent }) },
    claimResultSchema,
  );
  const claim: Claim = { transition, decidedAt, link };
  const facts = { orderId: change.orderId, decidedAt, transition };
  if (transition.outcome === "silent" || firstPage === null) {
    return { ...facts, outcome: "silent", notificationId: null, firstPage: null, counts: NO_COUNTS };
  }
  const traced = toTraced({ traceparent, heard });
  const decision: PageDecision = { change, claim, news: transition, rootInstanceId: instanceId, traced };
  const page = yield* notifyPage(context, decision, firstPage);
  const { counts, escalations } = yield* notifyFurtherPages(context, decision, page.next, {
    counts: addPage(NO_COUNTS, page),
    escalations: page.escalations,
  });
  const announcement = composeAnnouncement({ change, news: transition, decidedAt, link });
  const escalation = toEscalationRequest(announcement, escalations, instanceId);
  // An ordinary order costs no activity for this.
  if (escalation) {
    const request = { ...escalation, ...toTraced({ traceparent }) };
    yield* callActivity(context, ACTIVITY.startEscalation, request, startedSchema);
  }
  return {
    ...facts,
    outcome: counts.failedBatches > 0 ? "completedWithFailures" : "completed",
    notificationId: announcement.id,
    firstPage: page,
    counts,
  };
}

/** What the pages come to together. */
type PagesSum = { counts: DeliveryCounts; escalations: Escalation[] };

/** Each further page is an orchestration of its own, so that no history grows with the crowd. */
function* notifyFurtherPages(
  context: OrchestrationContext,
  { change, claim, rootInstanceId, traced }: PageDecision,
  firstNext: string | null,
  first: PagesSum,
): Generator<Task, PagesSum, unknown> {
  let { counts, escalations } = first;
  for (let after = firstNext; after !== null;) {
    const page = yield* callSubOrchestration(context, {
      name: ORCHESTRATION.notifyAudiencePage,
      instanceId: toPageInstanceId(rootInstanceId, counts.pages),
      input: { change, claim, rootInstanceId, after, ...traced },
      output: pageManifestSchema,
    });
    counts = addPage(counts, page);
    escalations = toEarliestEscalations([...escalations, ...page.escalations]);
    after = page.next;
  }
  return { counts, escalations };
}
