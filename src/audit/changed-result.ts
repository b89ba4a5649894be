/**
 * Tells a changed result from a changed decision: an orchestration attests to what it was given by digests in its output
 * (or, when it failed, in its custom status).
 */
import { z } from "zod";
import { Divergence, findDifference } from "./divergence.ts";
import type { Consumed } from "./running-orchestration.ts";
import type { RecordedEvent, RecordedOrchestration } from "./recorded-orchestration.ts";
import { toStepWords } from "./recorded-steps.ts";

const attestationSchema = z.object({ resultDigests: z.array(z.string()) });

/** The digests that a record attests to; undefined when it has none, or tells of them in two ways. */
export function readAttestedDigests(record: RecordedOrchestration): string[] | undefined {
  const end = record.historyEvents?.at(-1);
  if (end?.EventType !== "ExecutionCompleted") return undefined;
  if (end.OrchestrationStatus === "Completed" && findDifference(end.Result, record.output)) return undefined;
  const source = end.OrchestrationStatus === "Failed" ? record.customStatus : end.Result;
  return attestationSchema.safeParse(source).data?.resultDigests;
}

/**
 * The first result that is not the one that was consumed, when all before it are: it was changed afterwards, and
 * whatever differs later follows from it.
 */
export function findChangedResult(
  attested: readonly string[] | undefined,
  inputDigest: string,
  consumed: readonly Consumed[],
  events: readonly RecordedEvent[],
): Divergence | undefined {
  if (attested === undefined) return undefined;
  if (attested[0] !== undefined && attested[0] !== inputDigest && attested.length > 1) {
    const [recorded, now] = [{ resultDigest: attested[0] }, { resultDigest: inputDigest }];
    return new Divergence({ step: 0, at: "the recorded input", recorded, now });
  }
  const differs = (one: Consumed, index: number) =>
    attested[index + 1] !== undefined && attested[index + 1] !== one.digest;
  const first = consumed.findIndex(differs);
  const found = consumed[first];
  if (found === undefined) return undefined;
  // Results that were waited for together are also consumed one by one, which says whose it is.
  const single = found.isCompound
    ? consumed.findIndex(
        (one, index) => index > first && !one.isCompound && differs(one, index) && isPart(one, found),
      )
    : first;
  const index = single < 0 ? first : single;
  const named = consumed[index] ?? found;
  const [step] = named.steps;
  const event = step === undefined ? undefined : events[step];
  if (step === undefined || event === undefined) return undefined;
  const several = named.steps.length > 1 ? ` (one of the steps ${named.steps.join(", ")})` : "";
  return new Divergence({
    step,
    at: `the recorded result of ${toName(event)} (step ${step})${several}`,
    recorded: { resultDigest: attested[index + 1] },
    now: { resultDigest: named.digest },
  });
}

function isPart(one: Consumed, whole: Consumed): boolean {
  return one.steps.every((step) => whole.steps.includes(step));
}

function toName(event: RecordedEvent): string {
  return "FunctionName" in event && typeof event.FunctionName === "string"
    ? event.FunctionName
    : toStepWords(event);
}
