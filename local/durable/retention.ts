/**
 * Forgets ended instances for their age, so that a store that is used for years stays small. Azure keeps them until
 * somebody purges them. A sweep reads the instances it forgets and one more, however many are kept.
 */
import type { InstanceStore } from "./instance-store.ts";
import { isTerminal } from "./runtime-status.ts";
import type { EndedInstance } from "./stored-rows.ts";

/** Which ended instances are kept. */
export interface RetentionRule {
  /** Those that ended less than this long ago … */
  keepForMs: number;
  /** … and, however old they are, the last ones that ended … */
  keepAtLeast: number;
  /** … but never more than this. */
  keepAtMost: number;
}

const dayMs = 24 * 60 * 60 * 1000;
/** 30 days, at least 1,000 and at most 50,000 instances. */
export const defaultRetention: RetentionRule = {
  keepForMs: 30 * dayMs,
  keepAtLeast: 1_000,
  keepAtMost: 50_000,
};

const sweepEveryMs = 60 * 60 * 1000;
const batchSize = 200;

/** Sweeps at the start and then every hour. */
export class Retention {
  readonly #store: InstanceStore;
  readonly #rule: RetentionRule;
  readonly #onError: (error: unknown) => void;
  #interval: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(store: InstanceStore, rule: RetentionRule, onError: (error: unknown) => void) {
    this.#store = store;
    this.#rule = rule;
    this.#onError = onError;
  }

  start(): void {
    this.#sweepInTurn();
    this.#interval = setInterval(() => this.#sweepInTurn(), sweepEveryMs);
    this.#interval.unref();
  }

  /** Begins nothing any more and resolves when what is being forgotten is forgotten. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#interval);
    await this.#sweeping;
  }

  /** A sweep that fails is left to the next one. */
  #sweepInTurn(): void {
    this.#sweeping = this.#sweeping.then(() => this.#sweep()).catch((error: unknown) => this.#onError(error));
  }

  async #sweep(): Promise<void> {
    for (let more = true; more && !this.#stopped;) {
      const old = this.#listOld(Date.now());
      more = old.length === batchSize;
      if (old.length > 0)
        await this.#store.commit("retention", () => old.forEach((ended) => this.#forget(ended)));
    }
  }

  #listOld(nowMs: number): EndedInstance[] {
    const { keepForMs, keepAtLeast, keepAtMost } = this.#rule;
    const count = this.#store.ended.count();
    if (count <= keepAtLeast) return [];
    return this.#store.ended.list(batchSize).filter(({ endedAtMs }, index) => {
      const kept = count - index;
      return kept > keepAtMost || (kept > keepAtLeast && endedAtMs < nowMs - keepForMs);
    });
  }

  /** Unless it has been started again since it was listed. */
  #forget({ instanceId, endedAtMs }: EndedInstance): void {
    const row = this.#store.readInstance(instanceId);
    if (row !== null && isTerminal(row.runtimeStatus) && row.updatedAtMs === endedAtMs)
      this.#store.removeInstance(row);
  }
}
