/**
 * Fires durable timers from the store. Only the earliest one is armed, and never for longer than an hour: setTimeout
 * overflows beyond 2^31 ms, and a machine that slept should not be late for long.
 */
import { backoffMs } from "./backoff.ts";
import { EventType, type HistoryEvent } from "./history-event.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { TimerRow } from "./stored-rows.ts";

const longestSleepMs = 60 * 60 * 1000;
const batchSize = 500;

/** The clock of all durable timers. */
export class TimerClock {
  readonly #store: InstanceStore;
  readonly #onFired: (instanceIds: string[]) => void;
  readonly #onError: (error: unknown) => void;
  #timeout: NodeJS.Timeout | null = null;
  #firing: Promise<void> = Promise.resolve();
  #isFiring = false;
  #failures = 0;
  #stopped = false;

  constructor(
    store: InstanceStore,
    onFired: (instanceIds: string[]) => void,
    onError: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#onFired = onFired;
    this.#onError = onError;
  }

  /** Looks at the store again; call it after timers have been added. */
  arm(leastDelayMs = 0): void {
    if (this.#stopped || this.#isFiring) return;
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    this.#timeout = null;
    const [next] = this.#store.listTimers(1);
    if (next === undefined) return;
    const delayMs = Math.min(Math.max(next.fireAtMs - Date.now(), leastDelayMs), longestSleepMs);
    this.#timeout = setTimeout(() => this.#wake(), delayMs);
  }

  /** Fires nothing more and resolves when what is being fired is stored. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    await this.#firing;
  }

  #wake(): void {
    this.#isFiring = true;
    this.#firing = this.#fire();
  }

  async #fire(): Promise<void> {
    try {
      await this.#fireDue();
      this.#failures = 0;
    } catch (error) {
      this.#onError(error);
      this.#failures += 1;
    }
    this.#isFiring = false;
    this.arm(backoffMs(this.#failures));
  }

  async #fireDue(): Promise<void> {
    const nowMs = Date.now();
    const due = this.#store.listTimers(batchSize).filter((timer) => timer.fireAtMs <= nowMs);
    if (due.length === 0) return;
    await this.#store.commit("timers", () => {
      for (const timer of due) this.#postFired(timer, nowMs);
    });
    this.#onFired(due.map((timer) => timer.instanceId));
  }

  #postFired({ fireAtMs, instanceId, executionId, timerId }: TimerRow, nowMs: number): void {
    this.#store.removeTimer({ fireAtMs, instanceId, executionId, timerId });
    const event: HistoryEvent = {
      EventType: EventType.TimerFired,
      EventId: -1,
      Timestamp: new Date(nowMs).toISOString(),
      TimerId: timerId,
      FireAt: new Date(fireAtMs).toISOString(),
    };
    this.#store.postMessage(instanceId, this.#store.toEntry({ executionId, event }));
  }
}
