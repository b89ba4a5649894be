/**
 * Runs an orchestrator with the library's own executor over a history that the test writes, one turn per event, and from
 * the beginning each time, as a replay does. Source: durable-functions 3.5, lib/src/orchestrations/Orchestrator.js.
 */
import { createRequire } from "node:module";
import { DummyOrchestrationContext, type OrchestrationHandler } from "durable-functions";
import { z } from "zod";
import { EventType } from "../../local/durable/history-event.ts";

const require = createRequire(import.meta.url);
const lib = "durable-functions/lib/src/orchestrations";
const { TaskOrchestrationExecutor } = require(`${lib}/TaskOrchestrationExecutor.js`);
const { DurableOrchestrationContext } = require(`${lib}/DurableOrchestrationContext.js`);

/** A task that the orchestrator has begun and that has not ended. */
export type OpenTask = {
  id: number;
  /** A retry timer has no action of its own; it ends with `fired`. */
  kind: "activity" | "timer" | "subOrchestration" | "retryTimer";
  name: string | undefined;
  input: unknown;
  fireAt: Date | undefined;
  isCanceled: boolean;
};

/** Where an orchestration stands. */
export type Standing = { isDone: boolean; output: unknown; open: OpenTask[] };

const STARTED_AT = "2026-11-22T10:00:00.000Z";

/** An orchestration at its beginning. */
export function driveOrchestrator(handler: OrchestrationHandler, input: unknown, instanceId = "order-1") {
  const history: object[] = [];
  const post = (...events: object[]): Promise<Standing> => {
    history.push({ EventType: EventType.OrchestratorStarted, Timestamp: new Date(STARTED_AT), EventId: -1 });
    history.push(...events.map((event) => ({ EventId: -1, Timestamp: STARTED_AT, ...event })));
    history.push({ EventType: EventType.OrchestratorCompleted, Timestamp: STARTED_AT, EventId: -1 });
    return replay(handler, { history, input, instanceId });
  };
  return {
    start: () => post({ EventType: EventType.ExecutionStarted, Name: "orchestrator" }),
    /** One turn that reads several of the events below. */
    post,
    fired: (task: OpenTask) => ({ EventType: EventType.TimerFired, TimerId: task.id }),
    raised: (Name: string, value: unknown) => ({
      EventType: EventType.EventRaised,
      Name,
      Input: JSON.stringify(value),
    }),
    completed: (task: OpenTask, result: unknown) => ({
      EventType:
        task.kind === "subOrchestration"
          ? EventType.SubOrchestrationInstanceCompleted
          : EventType.TaskCompleted,
      TaskScheduledId: task.id,
      Result: JSON.stringify(result),
    }),
    failed: (task: OpenTask, reason: string) => ({
      EventType: EventType.TaskFailed,
      TaskScheduledId: task.id,
      Reason: reason,
      Details: "",
    }),
  };
}

async function replay(
  handler: OrchestrationHandler,
  o: { history: object[]; input: unknown; instanceId: string },
): Promise<Standing> {
  const executor = new TaskOrchestrationExecutor();
  const context = new DummyOrchestrationContext("orchestrator", "invocation", () => undefined);
  // Schema 2 is the third, ReplaySchema.V3; the durations are those of the Azure Storage backend.
  const times = ["3.00:00:00", "6.00:00:00", 30_000];
  context.df = new DurableOrchestrationContext(
    ...[o.history, o.instanceId, new Date(STARTED_AT), false, undefined, ...times],
    ...[2, structuredClone(o.input), executor],
  );
  const history = o.history.map((event) => ({ ...event, IsPlayed: true }));
  const { isDone, output } = await executor.execute(context, history, 2, handler);
  const open = Object.entries<{ actionObj?: object }>(executor.openTasks).map(toOpenTask);
  return { isDone, output, open };
}

const KINDS: Readonly<Record<string, OpenTask["kind"]>> = {
  CallActivityAction: "activity",
  CallActivityWithRetryAction: "activity",
  CreateTimerAction: "timer",
  CallSubOrchestratorAction: "subOrchestration",
};

const actionSchema = z.looseObject({
  functionName: z.string().optional(),
  input: z.unknown().optional(),
  fireAt: z.date().optional(),
  isCanceled: z.boolean().default(false),
});

function toOpenTask([id, task]: [string, { actionObj?: object }]): OpenTask {
  const { functionName, input, fireAt, isCanceled } = actionSchema.parse({ ...task.actionObj });
  const kind = KINDS[task.actionObj?.constructor.name ?? ""] ?? "retryTimer";
  return { id: Number(id), kind, name: functionName, input, fireAt, isCanceled };
}
