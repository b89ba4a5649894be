/**
 * Runs an orchestrator to its end in one go: activities answer at once, retries without their waits. For tests that need
 * thousands of runs; orchestrator-driver.ts has the library's own executor. Counts calls, and history events as the
 * runtime writes them when every event gets a turn of its own.
 */
import type { OrchestrationContext, OrchestrationHandler } from "durable-functions";

/** What the orchestrator called, and how often. */
export type Call = { name: string; input: unknown; instanceId: string | undefined };

/** The output, every single call, and the worst number of history events. */
export type Run = { output: unknown; calls: Call[]; events: number };

type FakeTask = { settle: () => unknown } | { all: FakeTask[] };

/** `answer` is asked for every attempt of every activity and sub-orchestration; what it throws fails the attempt. */
export function runOrchestrator(
  handler: OrchestrationHandler,
  input: unknown,
  answer: (call: Call) => unknown,
  instanceId = "order-1",
): Run {
  const calls: Call[] = [];
  // ExecutionStarted, ExecutionCompleted, and the first turn.
  let events = 4;
  const createTask = (attempts: number, call: Call): FakeTask => {
    let error: unknown;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      calls.push(call);
      events += attempts === 1 ? 4 : 8;
      try {
        const result: unknown = JSON.parse(JSON.stringify(answer(call) ?? null));
        return { settle: () => result };
      } catch (thrown) {
        error = thrown;
      }
    }
    return {
      settle: () => {
        throw error;
      },
    };
  };
  const df = {
    instanceId,
    getInput: () => structuredClone(input),
    callActivity: (name: string, value: unknown) =>
      createTask(1, { name, input: value, instanceId: undefined }),
    callActivityWithRetry: (name: string, options: { maxNumberOfAttempts: number }, value: unknown) =>
      createTask(options.maxNumberOfAttempts, { name, input: value, instanceId: undefined }),
    callSubOrchestrator: (name: string, value: unknown, id: string) =>
      createTask(1, { name, input: value, instanceId: id }),
    Task: { all: (tasks: FakeTask[]) => ({ all: tasks }) },
  };
  const generator = handler({ df } as unknown as OrchestrationContext);
  let step = generator.next();
  while (!step.done) {
    let result: unknown;
    try {
      result = settle(step.value as unknown as FakeTask);
    } catch (error) {
      step = generator.throw(error);
      continue;
    }
    step = generator.next(result);
  }
  return { output: step.value, calls, events };
}

function settle(task: FakeTask): unknown {
  return "all" in task ? task.all.map(settle) : task.settle();
}
