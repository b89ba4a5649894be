/** The orchestration that waits for somebody to receive a notification, and tells further groups while nobody does. */
import type { OrchestrationContext, Task } from "durable-functions";
import type { Recipient } from "../domain/audience.ts";
import { type FailedRecipient, quarantineReportSchema } from "../domain/dead-letter.ts";
import { batchReportSchema, type DeliveryBatch } from "../domain/delivery-batch.ts";
import {
  addMinutes,
  type EscalationOutcome,
  type EscalationRequest,
  escalationInputSchema,
  RECEIVED_EVENT,
  receivedSchema,
  toEarliestEscalations,
  toEscalationRecipient,
} from "../domain/escalation.ts";
import { toTraced } from "../domain/traced.ts";
import { callActivities, callActivity } from "./call-activity.ts";
import { ACTIVITY } from "./names.ts";

/** How long an early receipt keeps the place of the escalation: whoever is about to start it has noticed by then. */
const PLACE_MINUTES = 1;

/** About half a minute; a group that cannot be told then does not keep the later ones from it. */
const ATTEMPTS = 6;

/** Input: `escalationInputSchema`; output: an `EscalationOutcome`. */
export function* escalateNotification(
  context: OrchestrationContext,
): Generator<Task, EscalationOutcome, unknown> {
  const input = escalationInputSchema.parse(context.df.getInput());
  if ("receivedAt" in input) {
    yield context.df.createTimer(addMinutes(input.receivedAt, PLACE_MINUTES));
    return { outcome: "received", at: input.receivedAt, groups: [], failed: [] };
  }
  const received = context.df.waitForExternalEvent(RECEIVED_EVENT);
  const told: string[] = [];
  const failed: FailedRecipient[] = [];
  for (const escalation of toEarliestEscalations(input.escalations)) {
    const fireAt = addMinutes(input.announcement.createdAt, escalation.afterMinutes);
    if (yield* isReceivedBefore(context, received, fireAt)) {
      const { at } = receivedSchema.parse(received.result);
      return { outcome: "received", at, ...(yield* close(context, input, told, failed)) };
    }
    const recipient = toEscalationRecipient(input.announcement, escalation);
    const cause = yield* findFailure(context, input, recipient);
    if (cause === undefined) told.push(escalation.group);
    else failed.push({ recipient, cause, attempts: ATTEMPTS });
  }
  return { outcome: "escalated", ...(yield* close(context, input, told, failed)) };
}

/** Tells one group; answers why it could not, or undefined when it could. */
function* findFailure(
  context: OrchestrationContext,
  { announcement, rootInstanceId, traceparent }: EscalationRequest,
  recipient: Recipient,
): Generator<Task, string | undefined, unknown> {
  const batches: DeliveryBatch[] = [
    { instanceId: rootInstanceId, announcement, recipients: [recipient], ...toTraced({ traceparent }) },
  ];
  const [outcome] = yield* callActivities(
    context,
    ACTIVITY.deliverBatch,
    batches,
    batchReportSchema,
    ATTEMPTS,
  );
  return outcome?.ok === false ? outcome.cause : undefined;
}

/** Keeps the groups that could not be told for somebody to deliver again. */
function* close(
  context: OrchestrationContext,
  { announcement, rootInstanceId }: EscalationRequest,
  groups: string[],
  failed: readonly FailedRecipient[],
): Generator<Task, Pick<EscalationOutcome, "groups" | "failed">, unknown> {
  if (failed.length > 0) {
    const request = { instanceId: rootInstanceId, announcement, failed };
    yield* callActivity(context, ACTIVITY.quarantineRecipients, request, quarantineReportSchema);
  }
  return { groups, failed: failed.map(({ recipient, cause }) => ({ target: recipient.target, cause })) };
}

/** Waits for the event or the instant, whichever is first. */
function* isReceivedBefore(
  context: OrchestrationContext,
  received: Task,
  fireAt: Date,
): Generator<Task, boolean, unknown> {
  // It may have come while groups were told, and Task.any does not notice what was complete before it was made.
  if (received.isCompleted) return true;
  const timer = context.df.createTimer(fireAt);
  const first = yield context.df.Task.any([received, timer]);
  if (first !== received) return false;
  timer.cancel();
  return true;
}
