/** The history events and the row fields that follow from a turn's result. */
import type { Command } from "./command.ts";
import { EventType, type HistoryEvent } from "./history-event.ts";
import type { InstanceRow } from "./stored-rows.ts";
import { toJsonText, type TurnNext } from "./orchestration-turn.ts";
import type { RuntimeStatus } from "./runtime-status.ts";

/** The status an instance has after a turn. */
export function statusAfter(next: TurnNext): RuntimeStatus {
  switch (next.kind) {
    case "waiting":
    case "continuedAsNew":
      return "Running";
    case "suspended":
      return "Suspended";
    case "completed":
      return "Completed";
    case "failed":
      return "Failed";
    case "terminated":
      return "Terminated";
  }
}

/** JSON text of the output an instance has after a turn. */
export function outputAfter(next: TurnNext): string | null {
  switch (next.kind) {
    case "waiting":
    case "suspended":
    case "continuedAsNew":
      return null;
    case "completed":
      return next.output;
    case "failed":
      return JSON.stringify(next.message);
    case "terminated":
      return toJsonText(next.reason);
  }
}

/** The event that ends the history, if the turn ends the instance. */
export function endEvents(next: TurnNext, Timestamp: string): HistoryEvent[] {
  const Result = outputAfter(next);
  const common = { EventType: EventType.ExecutionCompleted, EventId: -1, Timestamp, Result } as const;
  switch (next.kind) {
    case "waiting":
    case "suspended":
    case "continuedAsNew":
      return [];
    case "completed":
      return [{ ...common, OrchestrationStatus: "Completed" }];
    case "failed":
      return [{ ...common, OrchestrationStatus: "Failed" }];
    case "terminated":
      return [{ ...common, OrchestrationStatus: "Terminated" }];
  }
}

/** The event that records a command; inputs are kept only when the app asks for it, as on Azure. */
export function toScheduledEvent(
  command: Command,
  row: InstanceRow,
  Timestamp: string,
  storeInputs: boolean,
): HistoryEvent {
  const common = { EventId: command.id, Timestamp };
  switch (command.kind) {
    case "activity": {
      const Input = storeInputs ? JSON.stringify([command.input ?? null]) : null;
      return { EventType: EventType.TaskScheduled, ...common, Name: command.name, Version: "", Input };
    }
    case "timer":
      return {
        EventType: EventType.TimerCreated,
        ...common,
        FireAt: new Date(command.fireAtMs).toISOString(),
      };
    case "subOrchestration":
      return {
        EventType: EventType.SubOrchestrationInstanceCreated,
        ...common,
        Name: command.name,
        Version: command.version,
        InstanceId: childInstanceId(command, row),
        Input: storeInputs ? toJsonText(command.input) : null,
      };
  }
}

/** The id of a child: explicit, or `<execution id of the parent>:<sequence number>` (TaskOrchestrationContext.cs). */
export function childInstanceId(command: Command & { kind: "subOrchestration" }, row: InstanceRow): string {
  return command.instanceId ?? `${row.executionId}:${command.id}`;
}
