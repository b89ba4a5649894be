/** The steps of a record in words, and the JSON texts in it. */
import type { RecordedEvent } from "./recorded-orchestration.ts";
import { UnreadableRecordError } from "./unreadable-record-error.ts";

/** One recorded event in words. */
export function toStepWords(event: RecordedEvent): string {
  switch (event.EventType) {
    case "ExecutionStarted":
      return "the start";
    case "ExecutionCompleted":
      return "the end";
    case "ExecutionTerminated":
      return "the termination";
    case "ExecutionSuspended":
      return "the suspension";
    case "ExecutionResumed":
      return "the resumption";
    case "TaskScheduled":
      return `activity ${event.Name} was scheduled`;
    case "TaskCompleted":
      return `activity ${event.FunctionName ?? "without a name"} completed`;
    case "TaskFailed":
      return `activity ${event.FunctionName ?? "without a name"} failed`;
    case "SubOrchestrationInstanceCreated":
      return `sub-orchestration ${event.Name} was started`;
    case "SubOrchestrationInstanceCompleted":
      return `sub-orchestration ${event.FunctionName ?? "without a name"} completed`;
    case "SubOrchestrationInstanceFailed":
      return `sub-orchestration ${event.FunctionName ?? "without a name"} failed`;
    case "TimerCreated":
      return `a timer for ${event.FireAt} was set`;
    case "TimerFired":
      return `the timer for ${event.FireAt} fired`;
    case "EventRaised":
      return `event ${event.Name} came`;
  }
}

/** Reads a JSON text of a record. */
export function parseRecordedJson(text: string, o: { instanceId: string; step: number }): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRecordError(o.instanceId, `the input of step ${o.step} is not JSON`);
  }
}
