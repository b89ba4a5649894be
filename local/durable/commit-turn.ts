/** Stores everything of one turn in one transaction and says what may be dispatched after it. */
import { applyCommand, type TurnEffects } from "./apply-command.ts";
import { postChildEnd } from "./child-end.ts";
import { MessageNotStoredError } from "./durable-errors.ts";
import { EventType, type HistoryEvent } from "./history-event.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { InstanceRow } from "./stored-rows.ts";
import type { TurnResult } from "./orchestration-turn.ts";
import { isTerminal } from "./runtime-status.ts";
import type { MessageSelection } from "./select-messages.ts";
import { endEvents, outputAfter, statusAfter, toScheduledEvent } from "./turn-events.ts";
import { writeNextExecution } from "./write-execution.ts";

/** Commits a turn; resolves once it is stored, to null when another execution has replaced its own. */
export async function commitTurn(
  store: InstanceStore,
  row: InstanceRow,
  selection: MessageSelection,
  turn: TurnResult,
  storeInputs: boolean,
): Promise<TurnEffects | null> {
  return await store.commit("turn", () => {
    const current = store.readInstance(row.instanceId);
    if (current !== null && current.executionId !== row.executionId) return null;
    if (current === null || !store.hasMessages(row.instanceId, selection.taken)) {
      throw new MessageNotStoredError(row.instanceId);
    }
    const effects: TurnEffects = {
      status: statusAfter(turn.next),
      activities: [],
      hasTimers: false,
      woken: [],
      appended: null,
    };
    store.removeMessages(row.instanceId, selection.taken);

    const Timestamp = new Date(turn.timestampMs).toISOString();
    const scheduled = turn.commands.map((command) => toScheduledEvent(command, row, Timestamp, storeInputs));
    const events: HistoryEvent[] = [...turn.readEvents, ...scheduled, ...endEvents(turn.next, Timestamp)];
    events.push({
      EventType: EventType.OrchestratorCompleted,
      EventId: -1,
      Timestamp,
      ActionCount: turn.actionCount,
    });
    const after: InstanceRow = {
      ...row,
      runtimeStatus: effects.status,
      output: outputAfter(turn.next),
      customStatus: turn.customStatus,
      actionCount: turn.actionCount,
      updatedAtMs: turn.timestampMs,
    };
    if (turn.next.kind === "continuedAsNew") {
      writeNextExecution(store, after, turn.next);
      effects.woken.push(row.instanceId);
    } else {
      after.historyLength = store.appendHistory(row.instanceId, row.historyLength, events);
      store.writeInstance(after);
      effects.appended = events;
    }
    for (const command of turn.commands) applyCommand(store, row, command, Timestamp, effects);
    if (isTerminal(effects.status)) {
      store.removeMessages(row.instanceId, store.readInbox(row.instanceId));
      if (row.parent !== null) {
        postChildEnd(store, row.parent, turn.next, Timestamp);
        effects.woken.push(row.parent.instanceId);
      }
    }
    return effects;
  });
}
