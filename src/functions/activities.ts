/** Registers the activities: parse the input, run, hand messages to the output bindings. */
import type { FunctionHandler, InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { audienceRequestSchema, claimRequestSchema } from "../domain/claim.ts";
import { toPushes } from "../activities/to-pushes.ts";
import { type DeliveryBatch, deliveryBatchSchema } from "../domain/delivery-batch.ts";
import { ACTIVITY } from "../orchestration/names.ts";
import { getServices } from "../services.ts";
import { measure } from "../telemetry/metrics.ts";
import { withSpan } from "../telemetry/telemetry.ts";
import { createSignalROutput } from "./signalr-bindings.ts";

/** One binding sends its messages one by one; several run side by side. */
const pushes = [1, 2, 3, 4].map(() => createSignalROutput());

const claimChange: FunctionHandler = (input) => {
  const request = claimRequestSchema.parse(input);
  const { change, instanceId, traceparent } = request;
  const attributes = { orderId: change.orderId, instanceId };
  return withSpan("claim", { parent: traceparent, attributes }, () => getServices().claimChange(request));
};

const loadAudience: FunctionHandler = (input) =>
  getServices().loadAudience(audienceRequestSchema.parse(input));

const deliverBatch: FunctionHandler = (input, context: InvocationContext) => {
  const batch = deliveryBatchSchema.parse(input);
  const attributes = { orderId: batch.announcement.orderId, instanceId: batch.instanceId };
  const told = { ...attributes, count: batch.recipients.length };
  return withSpan("deliver-batch", { parent: batch.traceparent, attributes: told }, async (parent) => {
    const { now, deliverBatch: deliver } = getServices();
    const { report, messages } = await deliver(batch);
    if (messages.length === 0) return report;
    await withSpan("push", { parent, attributes: { ...attributes, count: messages.length } }, (traceparent) =>
      handOver(context, toPushes(messages, traceparent)),
    );
    measurePushes(batch, messages.length, now());
    return report;
  });
};

/** The host sends what stands in the bindings when the function has returned. */
function handOver(context: InvocationContext, messages: readonly object[]): void {
  for (const [index, push] of pushes.entries()) {
    context.extraOutputs.set(
      push,
      messages.filter((_, position) => position % pushes.length === index),
    );
  }
}

/** What is told later than at once, on purpose (escalations, redrives), was not heard of just now. */
function measurePushes({ heard }: DeliveryBatch, count: number, now: Date): void {
  if (heard === undefined) return;
  const ms = Math.max(0, now.getTime() - Date.parse(heard.at));
  for (let push = 0; push < count; push++) measure("orderbell.push.latency", ms, { route: heard.route });
}

df.app.activity(ACTIVITY.claimChange, { handler: claimChange });
df.app.activity(ACTIVITY.loadAudience, { handler: loadAudience });
df.app.activity(ACTIVITY.deliverBatch, { handler: deliverBatch, extraOutputs: pushes });
