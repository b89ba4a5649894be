/**
 * The status of an instance as the management API tells it, with its history in the API's own shape
 * (azure-functions-durable-extension, StatusResponsePayload.cs and DurableClient.GetDurableOrchestrationStatusAsync).
 */
import { EventType, eventTypeName, type HistoryEvent } from "./history-event.ts";
import type { InstanceRow } from "./stored-rows.ts";

/** What a caller wants to see of a history. */
export interface HistoryView {
  showInput: boolean;
  showHistoryOutput: boolean;
}

/** The body of a status answer; `historyEvents` is there only when a history was asked for. */
export function toStatusResponse(row: InstanceRow, showInput: boolean, historyEvents?: object[]) {
  return {
    name: row.name,
    instanceId: row.instanceId,
    runtimeStatus: row.runtimeStatus,
    input: showInput ? parseJson(row.input) : null,
    customStatus: parseJson(row.customStatus),
    output: parseJson(row.output),
    createdTime: toSeconds(row.createdAtMs),
    lastUpdatedTime: toSeconds(row.updatedAtMs),
    ...(historyEvents === undefined ? {} : { historyEvents }),
  };
}

/** The history as the API shows it: what was scheduled is merged into its completion, turns are left out. */
export function toHistoryEvents(history: HistoryEvent[], view: HistoryView): object[] {
  const scheduled = new Map<number, HistoryEvent>();
  for (const event of history) {
    if (isScheduled(event)) scheduled.set(event.EventId, event);
  }
  const ended = new Set(history.filter(isTaskEnd).map((event) => event.TaskScheduledId));
  return history.flatMap((event) => {
    if (isScheduled(event) && ended.has(event.EventId)) return [];
    const shown = toHistoryEvent(event, scheduled, view);
    return shown === null ? [] : [{ EventType: eventTypeName(event), ...shown, Timestamp: event.Timestamp }];
  });
}

function toHistoryEvent(
  event: HistoryEvent,
  scheduled: ReadonlyMap<number, HistoryEvent>,
  view: HistoryView,
): object | null {
  // The API parses results, but shows inputs as the JSON text that is stored.
  const showInput = (text: string | null) => (view.showInput ? { Input: text } : {});
  const showResult = (text: string | null) => (view.showHistoryOutput ? { Result: parseJson(text) } : {});
  switch (event.EventType) {
    case EventType.OrchestratorStarted:
    case EventType.OrchestratorCompleted:
      return null;
    case EventType.ExecutionStarted:
      return { FunctionName: event.Name, ...showInput(event.Input) };
    case EventType.ExecutionCompleted:
      return { OrchestrationStatus: event.OrchestrationStatus, ...showResult(event.Result) };
    case EventType.ExecutionTerminated:
      return { Input: event.Input };
    case EventType.TaskScheduled:
      return { Name: event.Name, ...showInput(event.Input) };
    case EventType.SubOrchestrationInstanceCreated:
      return { Name: event.Name, InstanceId: event.InstanceId, ...showInput(event.Input) };
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      return { ...showResult(event.Result), ...ofScheduled(scheduled.get(event.TaskScheduledId), view) };
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed: {
      const { Reason, Details, FailureDetails } = event;
      return { Reason, Details, FailureDetails, ...ofScheduled(scheduled.get(event.TaskScheduledId), view) };
    }
    case EventType.TimerCreated:
    case EventType.TimerFired:
      return { FireAt: event.FireAt };
    case EventType.EventRaised:
      return { Name: event.Name, ...showInput(event.Input) };
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
      return { Reason: event.Reason };
  }
}

function ofScheduled(event: HistoryEvent | undefined, view: HistoryView): object {
  if (event === undefined || !isScheduled(event)) return {};
  const shown = { ScheduledTime: event.Timestamp, FunctionName: event.Name };
  return view.showInput && event.Input !== null ? { ...shown, Input: event.Input } : shown;
}

function isScheduled(event: HistoryEvent) {
  return (
    event.EventType === EventType.TaskScheduled ||
    event.EventType === EventType.SubOrchestrationInstanceCreated
  );
}

function isTaskEnd(event: HistoryEvent) {
  return (
    event.EventType === EventType.TaskCompleted ||
    event.EventType === EventType.TaskFailed ||
    event.EventType === EventType.SubOrchestrationInstanceCompleted ||
    event.EventType === EventType.SubOrchestrationInstanceFailed
  );
}

function parseJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

function toSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
