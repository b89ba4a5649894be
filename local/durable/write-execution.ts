/** Begins executions: the first of an instance, or the next one of an instance that continues as new. */
import { EventType, type HistoryEvent, type HistoryEventOf } from "./history-event.ts";
import { createInstanceId } from "./instance-id.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { InstanceRow } from "./stored-rows.ts";

/** What an instance is started with. */
export interface NewExecution {
  instanceId: string;
  name: string;
  version: string;
  /** JSON text. */
  input: string | null;
  nowMs: number;
  parent: InstanceRow["parent"];
}

/** Starts an instance; whatever an ended one of the same id left behind is replaced. Belongs inside a commit. */
export function writeNewExecution(store: InstanceStore, start: NewExecution): void {
  const { nowMs, ...rest } = start;
  const row: InstanceRow = {
    ...rest,
    executionId: createInstanceId(),
    output: null,
    customStatus: null,
    runtimeStatus: "Pending",
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    historyLength: 0,
    actionCount: 0,
  };
  store.clearExecution(row.instanceId);
  store.writeInstance(row);
  postStart(store, row);
}

/** Begins the next execution of `row`; events nobody used and messages nobody read go with it. Belongs inside a commit. */
export function writeNextExecution(
  store: InstanceStore,
  row: InstanceRow,
  next: { input: string | null; carriedEvents: HistoryEvent[] },
): void {
  const unread = store.readInbox(row.instanceId).map(({ message }) => message);
  store.clearExecution(row.instanceId);
  const nextRow: InstanceRow = {
    ...row,
    executionId: createInstanceId(),
    input: next.input,
    createdAtMs: row.updatedAtMs,
    historyLength: 0,
    actionCount: 0,
  };
  store.writeInstance(nextRow);
  postStart(store, nextRow);
  for (const event of next.carriedEvents) store.postMessage(row.instanceId, { executionId: null, event });
  for (const message of unread) store.postMessage(row.instanceId, message);
}

function postStart(store: InstanceStore, row: InstanceRow): void {
  store.postMessage(row.instanceId, { executionId: row.executionId, event: toExecutionStarted(row) });
}

function toExecutionStarted(row: InstanceRow): HistoryEventOf<"ExecutionStarted"> {
  const { parent } = row;
  return {
    EventType: EventType.ExecutionStarted,
    EventId: -1,
    Timestamp: new Date(row.createdAtMs).toISOString(),
    OrchestrationInstance: { InstanceId: row.instanceId, ExecutionId: row.executionId },
    ParentInstance:
      parent === null
        ? null
        : {
            Name: parent.name,
            OrchestrationInstance: { InstanceId: parent.instanceId, ExecutionId: parent.executionId },
            TaskScheduleId: parent.taskId,
            Version: "",
          },
    Name: row.name,
    Version: row.version,
    Input: row.input,
  };
}
