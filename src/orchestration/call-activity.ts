/** Typed `yield*` calls: what comes back out of the history is parsed, not believed. */
import { type OrchestrationContext, RetryOptions, type Task } from "durable-functions";
import type { z } from "zod";

/**
 * Waits double from 1 s to at most 5 min. No retry timeout: with one, the instance would stay Running for ever.
 */
function createRetryOptions(attempts: number): RetryOptions {
  const options = new RetryOptions(1_000, attempts);
  options.backoffCoefficient = 2;
  options.maxRetryIntervalInMilliseconds = 5 * 60_000;
  return options;
}

/** About an hour and a half: without this step nobody would hear of the change, so an outage is waited out. */
const PATIENT_ATTEMPTS = 25;

/** About half a minute. */
const SIDE_BY_SIDE_ATTEMPTS = 6;

/** Calls an activity, with retries, and parses its recorded result. */
export function* callActivity<Output>(
  context: OrchestrationContext,
  name: string,
  input: object,
  output: z.ZodType<Output>,
): Generator<Task, Output, unknown> {
  return output.parse(
    yield context.df.callActivityWithRetry(name, createRetryOptions(PATIENT_ATTEMPTS), input),
  );
}

/** Starts a sub-orchestration under an explicit id and parses its recorded output. */
export function* callSubOrchestration<Output>(
  context: OrchestrationContext,
  o: { name: string; instanceId: string; input: object; output: z.ZodType<Output> },
): Generator<Task, Output, unknown> {
  return o.output.parse(yield context.df.callSubOrchestrator(o.name, o.input, o.instanceId));
}

/** One of several calls that ran side by side: its result, or why it failed for good. */
export type Outcome<Output> = { ok: true; output: Output } | { ok: false; cause: string };

/** Calls one activity side by side for every input, each up to `attempts` times; one failure does not hide the others. */
export function* callActivities<Output>(
  context: OrchestrationContext,
  name: string,
  inputs: readonly object[],
  output: z.ZodType<Output>,
  attempts = SIDE_BY_SIDE_ATTEMPTS,
): Generator<Task, Outcome<Output>[], unknown> {
  const retry = createRetryOptions(attempts);
  const tasks = inputs.map((input) =>
    // Without retries there is no timer in the history after the last failure.
    attempts === 1
      ? context.df.callActivity(name, input)
      : context.df.callActivityWithRetry(name, retry, input),
  );
  return yield* settle(context, tasks, output);
}

/** Runs one sub-orchestration side by side for every input; one failure does not hide the others. */
export function* callSubOrchestrations<Output>(
  context: OrchestrationContext,
  name: string,
  calls: readonly { instanceId: string; input: object }[],
  output: z.ZodType<Output>,
): Generator<Task, Outcome<Output>[], unknown> {
  const tasks = calls.map(({ instanceId, input }) => context.df.callSubOrchestrator(name, input, instanceId));
  return yield* settle(context, tasks, output);
}

function* settle<Output>(
  context: OrchestrationContext,
  tasks: Task[],
  output: z.ZodType<Output>,
): Generator<Task, Outcome<Output>[], unknown> {
  if (tasks.length === 0) return [];
  try {
    yield context.df.Task.all(tasks);
  } catch {
    // Task.all ends at the first failure and tells of no other; each task is asked for its own result below.
  }
  const outcomes: Outcome<Output>[] = [];
  for (const task of tasks) {
    try {
      outcomes.push({ ok: true, output: output.parse(yield task) });
    } catch (error) {
      outcomes.push({ ok: false, cause: toCause(error) });
    }
  }
  return outcomes;
}

/** Kept short: a cause goes into the history, and 100 of them must fit. */
function toCause(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
