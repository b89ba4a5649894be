/**
 * An app that speaks the orchestration protocol by hand, for processes that are started by the hundred and would spend
 * their lives loading durable-functions. Its orchestrator `steps` fans out, waits for a timer, a sub-orchestration and
 * an event, and adds up all results; `tiny` calls one activity.
 */
import { z } from "zod";
import type { DurableFunctions } from "../../../local/durable/durable-functions.ts";
import { EventType, type HistoryEvent } from "../../../local/durable/history-event.ts";
import { ActionType } from "../../../local/durable/orchestrator-state.ts";

const payloadSchema = z.object({
  history: z.array(
    z.object({ EventType: z.int(), Timestamp: z.iso.datetime(), Result: z.string().nullish() }),
  ),
});

/** An action, and the events that end it. */
interface Step {
  action: object;
  ends: HistoryEvent["EventType"];
  times: number;
}

const callPlusOne = (n: number) => ({
  actionType: ActionType.CallActivity,
  functionName: "plusOne",
  input: { n },
});

function listSteps(name: string, startedMs: number): Step[] {
  if (name === "tiny") return [{ action: callPlusOne(1), ends: EventType.TaskCompleted, times: 1 }];
  return [
    {
      action: { actionType: ActionType.WhenAll, compoundActions: [1, 2, 3].map(callPlusOne) },
      ends: EventType.TaskCompleted,
      times: 3,
    },
    {
      action: {
        actionType: ActionType.CreateTimer,
        fireAt: new Date(startedMs + 5).toISOString(),
        isCanceled: false,
      },
      ends: EventType.TimerFired,
      times: 1,
    },
    {
      action: { actionType: ActionType.CallSubOrchestrator, functionName: "tiny", input: null },
      ends: EventType.SubOrchestrationInstanceCompleted,
      times: 1,
    },
    {
      action: { actionType: ActionType.WaitForExternalEvent, externalEventName: "go", reason: "" },
      ends: EventType.EventRaised,
      times: 1,
    },
  ];
}

/** What `steps` ends with: 2 + 3 + 4 of the fan-out and 2 of `tiny`. */
export const outputOfSteps = 11;

function runScript(name: string, payload: string): unknown {
  const { history } = payloadSchema.parse(JSON.parse(payload));
  const ends = new Map<number, number>();
  let sum = 0;
  let startedMs = 0;
  for (const event of history) {
    ends.set(event.EventType, (ends.get(event.EventType) ?? 0) + 1);
    if (event.EventType === EventType.OrchestratorStarted && startedMs === 0)
      startedMs = Date.parse(event.Timestamp);
    sum += Number(event.Result ?? 0);
  }
  const actions: object[] = [];
  for (const step of listSteps(name, startedMs)) {
    actions.push(step.action);
    if ((ends.get(step.ends) ?? 0) < step.times)
      return { isDone: false, actions: [actions], schemaVersion: 2 };
  }
  return { isDone: true, actions: [actions], output: sum, schemaVersion: 2 };
}

export const scriptedFunctions: DurableFunctions = {
  has: (kind, name) => (kind === "activity" ? ["plusOne"] : ["steps", "tiny"]).includes(name),
  runOrchestrator: async (name, _instanceId, payload) => runScript(name, payload),
  runActivity: async (_name, _instanceId, input) =>
    z.object({ n: z.int() }).parse(JSON.parse(input ?? "")).n + 1,
};
