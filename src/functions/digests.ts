/** Summaries after quiet hours: the minute timer, the orchestration that it starts, and its activities. */
import { app, type FunctionHandler, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import {
  digestBatchSchema,
  digestPageRequestSchema,
  digestReportSchema,
  digestRunSchema,
} from "../domain/digest.ts";
import { ENDED_STATUSES } from "../domain/ended-status.ts";
import { ACTIVITY, ORCHESTRATION } from "../orchestration/names.ts";
import { getServices } from "../services.ts";
import type { DigestRuns } from "../usecases/start-digest-runs.ts";
import { durableClient } from "./orchestration-starter.ts";
import { createSignalROutput } from "./signalr-bindings.ts";

/** One binding sends its messages one by one; several run side by side. */
const pushes = [1, 2, 3, 4].map(() => createSignalROutput());

/** Every minute: whose quiet hours have ended. */
export async function startDigestRuns(_timer: Timer, context: InvocationContext): Promise<void> {
  await getServices().startDigestRuns(toDigestRuns(context));
}

const loadDigests: FunctionHandler = (input) =>
  getServices().loadDigests(digestPageRequestSchema.parse(input));

const pushDigests: FunctionHandler = async (input, context: InvocationContext) => {
  const { report, messages } = await getServices().pushDigests(digestBatchSchema.parse(input));
  for (const [index, push] of pushes.entries()) {
    context.extraOutputs.set(
      push,
      messages.filter((_, position) => position % pushes.length === index),
    );
  }
  return report;
};

const forgetDigests: FunctionHandler = (input) => getServices().forgetDigests(digestBatchSchema.parse(input));

function toDigestRuns(context: InvocationContext): DigestRuns {
  const client = df.getClient(context);
  return {
    async find(instanceId) {
      try {
        const { runtimeStatus, lastUpdatedTime, input, output } = await client.getStatus(instanceId);
        const isOver = ENDED_STATUSES.has(runtimeStatus);
        const report = digestReportSchema.safeParse(output).data;
        const { attempt } = digestRunSchema.parse(input);
        return { isOver, updatedAt: lastUpdatedTime, attempt, ...(report ? { report } : {}) };
      } catch (error) {
        // The client has no other way to say "unknown instance".
        if (error instanceof Error && error.message.includes("HTTP 404")) return undefined;
        throw error;
      }
    },
    async start(instanceId, input) {
      await client.startNew(ORCHESTRATION.sendDigests, { instanceId, input });
    },
  };
}

df.app.activity(ACTIVITY.loadDigests, { handler: loadDigests });
df.app.activity(ACTIVITY.pushDigests, { handler: pushDigests, extraOutputs: pushes });
df.app.activity(ACTIVITY.forgetDigests, { handler: forgetDigests });
app.timer("startDigestRuns", {
  schedule: "0 * * * * *",
  extraInputs: [durableClient],
  handler: startDigestRuns,
});
