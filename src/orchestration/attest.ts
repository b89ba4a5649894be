/**
 * Adds to the output of an orchestration a digest of everything it was given: its input, then each result in the order in
 * which it was consumed. A decision does not use every field of every row; with this an audit replay notices a changed
 * field all the same, and says which result it belongs to.
 */
import type { OrchestrationContext, Task } from "durable-functions";
import { toShortDigest } from "../domain/sha256.ts";

/** An orchestrator of this house: its output is an object, because only then a digest can stand beside it. */
export type Orchestrator<Output extends object = object> = (
  context: OrchestrationContext,
) => Generator<Task, Output, unknown>;

/** What is added to an output: short digests (`toShortDigest`) of the input and of each result as JSON text. */
export type Attestation = { resultDigests: string[] };

/** Wraps an orchestrator; `onResult` is told of each task whose result was consumed, for an audit replay to name it. */
export function attest<Output extends object>(
  orchestrator: Orchestrator<Output>,
  onResult?: (task: Task) => void,
): Orchestrator<Output & Attestation> {
  return function* attested(context) {
    const resultDigests = [toJsonDigest(context.df.getInput())];
    const run = orchestrator(context);
    let step = run.next();
    while (!step.done) {
      const task = step.value;
      let result: unknown;
      try {
        result = yield task;
      } catch (error) {
        resultDigests.push(toShortDigest(error instanceof Error ? error.message : String(error)));
        onResult?.(task);
        step = run.throw(error);
        continue;
      }
      resultDigests.push(toJsonDigest(isTask(result) ? result.result : result));
      onResult?.(task);
      step = run.next(result);
    }
    return { ...step.value, resultDigests };
  };
}

/** What `Task.any` comes to is a task, not a value. */
function isTask(value: unknown): value is Task {
  return typeof value === "object" && value !== null && "isCompleted" in value && "result" in value;
}

function toJsonDigest(value: unknown): string {
  return toShortDigest(JSON.stringify(value) ?? "null");
}
