/** Starts telemetry with the app and ends it with the app, and counts what orchestrations decided: they do not themselves. */
import { app } from "@azure/functions";
import { z } from "zod";
import { CODE_VERSION } from "../code-version.ts";
import { readTelemetrySettings } from "../config.ts";
import { exclusionSchema } from "../domain/audience.ts";
import { ORCHESTRATION } from "../orchestration/names.ts";
import { measure } from "../telemetry/metrics.ts";
import { startTelemetry, type StopTelemetry } from "../telemetry/start-telemetry.ts";

const decidedSchema = z.object({ exclusions: z.array(exclusionSchema.pick({ causes: true })) });

/** The last turn of an orchestration, of which there is one: those before are not done. */
const endedSchema = z.object({
  isDone: z.literal(true),
  output: z.union([decidedSchema, z.object({ firstPage: decidedSchema })]),
});

const DECIDING: readonly string[] = [ORCHESTRATION.notifyOrderChange, ORCHESTRATION.notifyAudiencePage];

let stop: StopTelemetry | undefined;

/** Counts the exclusions of an orchestration that has just ended. */
export function countExclusions(functionName: string, result: unknown): void {
  if (!DECIDING.includes(functionName)) return;
  const ended = endedSchema.safeParse(result);
  if (!ended.success) return;
  const { output } = ended.data;
  const { exclusions } = "firstPage" in output ? output.firstPage : output;
  for (const { rule } of exclusions.flatMap(({ causes }) => causes)) {
    measure("orderbell.exclusions", 1, { rule });
  }
}

app.hook.appStart(async () => {
  // oxlint-disable-next-line no-console -- outside of an invocation there is no other log
  stop = await startTelemetry(readTelemetrySettings(), { version: CODE_VERSION, warn: console.warn });
});
app.hook.appTerminate(() => stop?.());
app.hook.postInvocation(({ invocationContext, result }) =>
  countExclusions(invocationContext.functionName, result),
);
