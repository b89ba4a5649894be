/** What an orchestration schedules: an activity, a timer or a sub-orchestration, each under its sequence number. */
import { NonDeterministicOrchestrationError } from "./durable-errors.ts";
import { EventType, type HistoryEventOf } from "./history-event.ts";

/** A command before it has its sequence number. */
export type UnnumberedCommand =
  | { kind: "activity"; name: string; input: unknown }
  | { kind: "timer"; fireAtMs: number }
  | {
      kind: "subOrchestration";
      name: string;
      version: string;
      /** Null: the id is made of the execution id and the sequence number. */
      instanceId: string | null;
      input: unknown;
    };

/** A command with the sequence number that its history events carry. */
export type Command = UnnumberedCommand & { id: number };

/** The command of a call of an activity. */
export function toActivity(call: { functionName: string; input?: unknown }): UnnumberedCommand {
  return { kind: "activity", name: call.functionName, input: call.input };
}

/** The command of a call of a sub-orchestration. */
export function toSubOrchestration(call: {
  functionName: string;
  input?: unknown;
  instanceId?: string | null | undefined;
  version?: string | null | undefined;
}): UnnumberedCommand {
  return {
    kind: "subOrchestration",
    name: call.functionName,
    version: call.version ?? "",
    instanceId: call.instanceId ?? null,
    input: call.input,
  };
}

type ScheduledEvent =
  | HistoryEventOf<"TaskScheduled">
  | HistoryEventOf<"TimerCreated">
  | HistoryEventOf<"SubOrchestrationInstanceCreated">;

const wordByKind = {
  activity: "an activity",
  timer: "a timer",
  subOrchestration: "a sub-orchestration",
} as const;
const question =
  "Was a change made to the orchestrator code after this instance had already started running?";

/** Throws `NonDeterministicOrchestrationError` when the replay did not schedule what the history says. */
export function assertSameCommand(event: ScheduledEvent, command: Command | undefined): void {
  const kind = kindOf(event);
  const name = "Name" in event ? ` named '${event.Name}'` : "";
  const before = `A previous execution of this orchestration scheduled ${wordByKind[kind]} task with sequence number ${event.EventId}${name}, but the current orchestration replay`;
  if (command === undefined) {
    throw new NonDeterministicOrchestrationError(
      event.EventId,
      `${before} hasn't (yet?) scheduled this task. ${question}`,
    );
  }
  const sameName =
    !("Name" in event) || (command.kind !== "timer" && sameFunctionName(command.name, event.Name));
  if (command.kind === kind && sameName) return;
  const now =
    command.kind === "timer" ? "a timer task" : `${wordByKind[command.kind]} task named '${command.name}'`;
  throw new NonDeterministicOrchestrationError(
    event.EventId,
    `${before} instead scheduled ${now} with this sequence number. ${question}`,
  );
}

/** Whether two function names mean the same function; the host compares them without regard to case. */
export function sameFunctionName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function kindOf(event: ScheduledEvent): Command["kind"] {
  switch (event.EventType) {
    case EventType.TaskScheduled:
      return "activity";
    case EventType.TimerCreated:
      return "timer";
    case EventType.SubOrchestrationInstanceCreated:
      return "subOrchestration";
  }
}
