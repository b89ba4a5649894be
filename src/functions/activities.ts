/** Registers the activities: parse the input, run, hand messages to the output bindings. */
import type { FunctionHandler, InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { audienceRequestSchema, claimRequestSchema } from "../domain/claim.ts";
import { deliveryBatchSchema } from "../domain/delivery-batch.ts";
import { ACTIVITY } from "../orchestration/names.ts";
import { getServices } from "../services.ts";
import { createSignalROutput } from "./signalr-bindings.ts";

/** One binding sends its messages one by one; several run side by side. */
const pushes = [1, 2, 3, 4].map(() => createSignalROutput());

const claimChange: FunctionHandler = (input) => getServices().claimChange(claimRequestSchema.parse(input));

const loadAudience: FunctionHandler = (input) =>
  getServices().loadAudience(audienceRequestSchema.parse(input));

const deliverBatch: FunctionHandler = async (input, context: InvocationContext) => {
  const { report, messages } = await getServices().deliverBatch(deliveryBatchSchema.parse(input));
  for (const [index, push] of pushes.entries()) {
    context.extraOutputs.set(
      push,
      messages.filter((_, position) => position % pushes.length === index),
    );
  }
  return report;
};

df.app.activity(ACTIVITY.claimChange, { handler: claimChange });
df.app.activity(ACTIVITY.loadAudience, { handler: loadAudience });
df.app.activity(ACTIVITY.deliverBatch, { handler: deliverBatch, extraOutputs: pushes });
