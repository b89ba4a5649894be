/** Stores what a command sets in motion: a pending activity, a timer, a child instance. Belongs inside a commit. */
import type { Command } from "./command.ts";
import { InstanceAlreadyExistsError } from "./durable-errors.ts";
import type { HistoryEvent } from "./history-event.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { ActivityRow, InstanceRow } from "./stored-rows.ts";
import { postChildEnd } from "./child-end.ts";
import { toJsonText } from "./orchestration-turn.ts";
import { isTerminal, type RuntimeStatus } from "./runtime-status.ts";
import { childInstanceId } from "./turn-events.ts";
import { toNewRow, toStartMessage, writeNewExecution } from "./write-execution.ts";

/** What a committed turn sets in motion. */
export interface TurnEffects {
  status: RuntimeStatus;
  activities: ActivityRow[];
  hasTimers: boolean;
  /** Instances that got a message. */
  woken: string[];
  /** The events added to the history; null when a new execution begins with none. */
  appended: HistoryEvent[] | null;
}

/** Stores one command of a turn and notes its effects. */
export function applyCommand(
  store: InstanceStore,
  row: InstanceRow,
  command: Command,
  Timestamp: string,
  effects: TurnEffects,
): void {
  const { instanceId, executionId } = row;
  switch (command.kind) {
    case "activity": {
      const input = toActivityText(command.input);
      const activity = { instanceId, executionId, taskId: command.id, name: command.name, input };
      store.writeActivity(activity);
      effects.activities.push(activity);
      return;
    }
    case "timer":
      store.writeTimer({ fireAtMs: command.fireAtMs, instanceId, executionId, timerId: command.id });
      effects.hasTimers = true;
      return;
    case "subOrchestration":
      effects.woken.push(startChild(store, row, command, Timestamp));
      return;
  }
}

/** Starts the child, or tells the parent that its id is taken; returns who has a new message. */
function startChild(
  store: InstanceStore,
  row: InstanceRow,
  command: Command & { kind: "subOrchestration" },
  Timestamp: string,
): string {
  const childId = childInstanceId(command, row);
  const existing = store.readInstance(childId);
  if (existing !== null && !isTerminal(existing.runtimeStatus)) {
    const { message } = new InstanceAlreadyExistsError(childId, existing.runtimeStatus);
    const parent = { instanceId: row.instanceId, executionId: row.executionId, taskId: command.id };
    postChildEnd(store, parent, { kind: "failed", message, details: message }, Timestamp);
    return row.instanceId;
  }
  const childRow = toNewRow({
    instanceId: childId,
    name: command.name,
    version: command.version,
    input: toJsonText(command.input),
    nowMs: Date.parse(Timestamp),
    parent: {
      instanceId: row.instanceId,
      executionId: row.executionId,
      name: row.name,
      taskId: command.id,
    },
  });
  writeNewExecution(store, childRow, store.toEntry(toStartMessage(childRow)), existing);
  return childId;
}

/** The text an activity gets: strings as they are (the library has encoded them already), other values as JSON. */
function toActivityText(input: unknown): string | null {
  if (input === undefined || input === null) return null;
  return typeof input === "string" ? input : JSON.stringify(input);
}
