/**
 * Adds to the output of an orchestration a digest of everything it was given: its input, then each result in the order in
 * which it was consumed. A decision does not use every field of every row; with this an audit replay notices a changed
 * field all the same, and says which result it belongs to. An orchestration that fails has no output: its digests stand in
 * its custom status.
 */
import type { OrchestrationContext, Task } from "durable-functions";
import { toShortDigest } from "../domain/sha256.ts";

/** An orchestrator of this house: its output is an object, because only then a digest can stand beside it. */
export type Orchestrator<Output extends object = object> = (
  context: OrchestrationContext,
) => Generator<Task, Output, unknown>;

/** What is added to an output: short digests (`toShortDigest`) of the input and of each result as JSON text. */
export type Attestation = { resultDigests: string[] };

/** Durable takes a custom status of up to 16 KB in UTF-16; of more digests one digest is kept. */
const MAX_STATUS_DIGESTS = 500;

/**
 * Wraps an orchestrator; `onResult` is told of each task whose result was consumed, with its digest, for an audit replay
 * to name it.
 */
export function attest<Output extends object>(
  orchestrator: Orchestrator<Output>,
  onResult?: (task: Task, digest: string) => void,
): Orchestrator<Output & Attestation> {
  return function* attested(context) {
    const resultDigests = [toJsonDigest(context.df.getInput())];
    const consume = (task: Task, digest: string) => {
      resultDigests.push(digest);
      onResult?.(task, digest);
    };
    try {
      const run = orchestrator(context);
      let step = run.next();
      while (!step.done) {
        const task = step.value;
        let result: unknown;
        try {
          result = yield task;
        } catch (error) {
          consume(task, toShortDigest(error instanceof Error ? error.message : String(error)));
          step = run.throw(error);
          continue;
        }
        consume(task, toJsonDigest(isTask(result) ? result.result : result));
        step = run.next(result);
      }
      return { ...step.value, resultDigests };
    } catch (error) {
      const kept = resultDigests.length > MAX_STATUS_DIGESTS ? [toJsonDigest(resultDigests)] : resultDigests;
      context.df.setCustomStatus({ resultDigests: kept } satisfies Attestation);
      throw error;
    }
  };
}

/** The digest of a value as JSON text. */
export function toJsonDigest(value: unknown): string {
  return toShortDigest(JSON.stringify(value) ?? "null");
}

/** What `Task.any` comes to is a task, not a value. */
function isTask(value: unknown): value is Task {
  return typeof value === "object" && value !== null && "isCompleted" in value && "result" in value;
}
