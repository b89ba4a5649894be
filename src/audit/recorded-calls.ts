/** What an orchestration called, read from its recorded events: each call once, with every attempt at it. */
import type { RecordedEvent } from "./recorded-orchestration.ts";
import { toInstant } from "./timeline-words.ts";

/** One attempt at a call; an open one has no recorded end. */
export type Attempt = { at: string | null } & (
  | { outcome: "completed"; result: unknown }
  | { outcome: "failed"; cause: string }
  | { outcome: "open" }
);

/** A call of an activity or a sub-orchestration; attempts with the same name and input are one call. */
export interface RecordedCall {
  name: string;
  /** What was passed, parsed; undefined when the record does not hold it. */
  input: unknown;
  attempts: Attempt[];
}

/** Every call in the order in which it first appears. */
export function toRecordedCalls(events: readonly RecordedEvent[]): RecordedCall[] {
  const calls = new Map<string, RecordedCall>();
  for (const event of events) {
    const attempt = toAttempt(event);
    if (attempt === undefined) continue;
    const { name, inputText, ...rest } = attempt;
    const key = `${name} ${inputText ?? ""}`;
    const call = calls.get(key);
    if (call) call.attempts.push(rest.attempt);
    else calls.set(key, { name, input: toInput(inputText, rest.isActivity), attempts: [rest.attempt] });
  }
  return [...calls.values()];
}

/** The result of a call that went through in the end. */
export function findResult(call: RecordedCall | undefined): { result: unknown } | undefined {
  const completed = call?.attempts.find(({ outcome }) => outcome === "completed");
  return completed?.outcome === "completed" ? { result: completed.result } : undefined;
}

/** How a call stands: an open attempt or the wait for the next one counts as under way while the orchestration runs. */
export function findLastCause({ attempts }: RecordedCall): string | undefined {
  const last = attempts.at(-1);
  return last?.outcome === "failed" ? last.cause : undefined;
}

/** The timers that were set and have not fired, as instants; those of a finished orchestration were cancelled. */
export function findOpenTimers(events: readonly RecordedEvent[]): string[] {
  const fired = events.flatMap((event) => (event.EventType === "TimerFired" ? [event.FireAt] : []));
  return events.flatMap((event) => {
    if (event.EventType !== "TimerCreated") return [];
    const index = fired.indexOf(event.FireAt);
    if (index >= 0) fired.splice(index, 1);
    return index >= 0 ? [] : (toInstant(event.FireAt) ?? []);
  });
}

type Step = { name: string; inputText: string | null; isActivity: boolean; attempt: Attempt };

function toAttempt(event: RecordedEvent): Step | undefined {
  const at = toInstant(event.Timestamp);
  switch (event.EventType) {
    case "TaskScheduled":
    case "SubOrchestrationInstanceCreated":
      return {
        name: event.Name,
        inputText: event.Input ?? null,
        isActivity: event.EventType === "TaskScheduled",
        attempt: { at, outcome: "open" },
      };
    case "TaskCompleted":
    case "SubOrchestrationInstanceCompleted":
      return {
        name: event.FunctionName ?? "",
        inputText: event.Input ?? null,
        isActivity: event.EventType === "TaskCompleted",
        attempt: { at, outcome: "completed", result: event.Result },
      };
    case "TaskFailed":
    case "SubOrchestrationInstanceFailed":
      return {
        name: event.FunctionName ?? "",
        inputText: event.Input ?? null,
        isActivity: event.EventType === "TaskFailed",
        attempt: { at, outcome: "failed", cause: event.Reason ?? event.Details ?? "" },
      };
    default:
      return undefined;
  }
}

/** The stored JSON text: of an activity an array of one element. */
function toInput(text: string | null, isActivity: boolean): unknown {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isActivity && Array.isArray(value) && value.length === 1 ? value[0] : value;
  } catch {
    return undefined;
  }
}
