/** The external events of a replay: who waits for which, and what came before anyone waited. */
import { EventType, type HistoryEvent, type HistoryEventOf } from "./history-event.ts";
import { ReplayTask } from "./replay-task.ts";

type RaisedEvent = HistoryEventOf<"EventRaised">;

/** Pairs events with waiting tasks as the library does: the last to wait is served first, early events keep their order. */
export class ExternalEvents {
  readonly #waiting = new Map<string, ReplayTask[]>();
  readonly #unused = new Map<string, RaisedEvent[]>();

  /** A task that the next event of this name settles; at once when one came early. */
  wait(name: string): ReplayTask {
    if (this.#unused.get(name)?.shift() !== undefined) return ReplayTask.settled();
    const task = new ReplayTask();
    const waiting = this.#waiting.get(name) ?? [];
    waiting.push(task);
    this.#waiting.set(name, waiting);
    return task;
  }

  /** Takes an event; `mayBeUsed` is false once the execution has decided to continue as new. */
  raise(event: RaisedEvent, mayBeUsed: boolean): void {
    const waiting = mayBeUsed ? this.#waiting.get(event.Name)?.pop() : undefined;
    if (waiting !== undefined) return waiting.settle(true);
    const unused = this.#unused.get(event.Name) ?? [];
    unused.push(event);
    this.#unused.set(event.Name, unused);
  }

  /** The events of `history` that no task has taken, oldest first. */
  listUnused(history: HistoryEvent[]): RaisedEvent[] {
    const unused = new Set([...this.#unused.values()].flat());
    return history
      .filter((event) => event.EventType === EventType.EventRaised)
      .filter((event) => unused.has(event));
  }
}
