/**
 * The JSON text of an orchestrationTrigger (azure-functions-durable-extension,
 * OrchestrationTriggerAttributeBindingProvider.cs).
 */
import { EventType, type HistoryEvent } from "./history-event.ts";
import type { InstanceRow } from "./stored-rows.ts";

/** Builds the payload of one turn; `past` has been played before, `fresh` is what this turn adds. */
export function toTriggerPayload(row: InstanceRow, past: HistoryEvent[], fresh: HistoryEvent[]): string {
  const input: unknown = row.input === null ? null : JSON.parse(row.input);
  return JSON.stringify({
    history: [
      ...past.map((event) => toWireEvent(event, true)),
      ...fresh.map((event) => toWireEvent(event, false)),
    ],
    input,
    instanceId: row.instanceId,
    isReplaying: past.length > 0,
    parentInstanceId: row.parent?.instanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3,
    longRunningTimerIntervalDuration: "3.00:00:00",
    maximumShortTimerDuration: "6.00:00:00",
    defaultHttpAsyncRequestSleepTimeMillseconds: 30000,
  });
}

function toWireEvent(event: HistoryEvent, isPlayed: boolean): object {
  if (event.EventType !== EventType.OrchestratorCompleted) return { ...event, IsPlayed: isPlayed };
  const { EventType: type, EventId, Timestamp } = event;
  return { EventType: type, EventId, Timestamp, IsPlayed: isPlayed };
}
