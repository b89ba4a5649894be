/**
 * The histories of instances that had a turn of late, so that the next turn need not read them again. An entry counts
 * only for the very execution and length that the instance's row tells, so it can be missing but never be wrong.
 */
import type { HistoryEvent } from "./history-event.ts";
import type { InstanceRow } from "./stored-rows.ts";

const mostEvents = 20_000;

/** See the file's header. */
export class RecentHistories {
  readonly #histories = new Map<string, { executionId: string; events: HistoryEvent[] }>();
  #eventCount = 0;

  /** The history of the instance as its row tells; null when it has to be read. */
  find(row: InstanceRow): HistoryEvent[] | null {
    const known = this.#histories.get(row.instanceId);
    if (known?.executionId !== row.executionId || known.events.length !== row.historyLength) return null;
    return known.events;
  }

  /** Remembers a history, and forgets the ones that were remembered longest ago when there are too many events. */
  remember(instanceId: string, executionId: string, events: HistoryEvent[]): void {
    this.forget(instanceId);
    this.#histories.set(instanceId, { executionId, events });
    this.#eventCount += events.length;
    for (const oldest of this.#histories.keys()) {
      if (this.#eventCount <= mostEvents) return;
      this.forget(oldest);
    }
  }

  forget(instanceId: string): void {
    this.#eventCount -= this.#histories.get(instanceId)?.events.length ?? 0;
    this.#histories.delete(instanceId);
  }
}
