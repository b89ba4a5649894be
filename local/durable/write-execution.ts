/** Begins executions: the first of an instance, or the next one of an instance that continues as new. */
import { EventType, type HistoryEvent, type HistoryEventOf } from "./history-event.ts";
import { createInstanceId } from "./instance-id.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { InboxEntry, InstanceRow, Message } from "./stored-rows.ts";

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

/** The row of an instance that begins. */
export function toNewRow({ nowMs, ...rest }: NewExecution): InstanceRow {
  return {
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
}

/** The message that an execution begins with. */
export function toStartMessage(row: InstanceRow): Message {
  return { executionId: row.executionId, event: toExecutionStarted(row) };
}

/** Starts an instance in the place of the one that had its id before, if any. Belongs inside a commit. */
export function writeNewExecution(
  store: InstanceStore,
  row: InstanceRow,
  start: InboxEntry,
  before: InstanceRow | null,
): void {
  if (before !== null) store.clearExecution(before);
  store.writeInstance(row);
  store.putMessage(row.instanceId, start);
}

/** Begins the next execution of `row`; events nobody used and messages nobody read go with it. Belongs inside a commit. */
export function writeNextExecution(
  store: InstanceStore,
  row: InstanceRow,
  next: { input: string | null; carriedEvents: HistoryEvent[] },
): void {
  const unread = store.readInbox(row.instanceId).map(({ message }) => message);
  store.clearExecution(row);
  const nextRow: InstanceRow = {
    ...row,
    executionId: createInstanceId(),
    input: next.input,
    createdAtMs: row.updatedAtMs,
    historyLength: 0,
    actionCount: 0,
  };
  store.writeInstance(nextRow);
  const carried = next.carriedEvents.map((event) => ({ executionId: null, event }));
  for (const message of [toStartMessage(nextRow), ...carried, ...unread]) {
    store.postMessage(row.instanceId, store.toEntry(message));
  }
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
