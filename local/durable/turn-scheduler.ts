/**
 * Decides when which instance has its next turn: never two turns of an instance at once, and one more whenever
 * something arrived meanwhile. The limit counts orchestrators that run, not turns that are being stored.
 */
import { backoffMs } from "./backoff.ts";
import { WorkQueue } from "./work-queue.ts";

/** A turn that has run: `store` commits it, `invokedMs` is how long the orchestrator took. */
export interface RanTurn {
  invokedMs: number;
  store(): Promise<void>;
}

const longTurnMs = 10;
const longestPauseMs = 100;
/** So many turns may wait for their commit before no more are begun: one transaction must not take for ever. */
const mostStoring = 200;

/** The turns of all instances. */
export class TurnScheduler {
  readonly #run: (instanceId: string) => Promise<RanTurn | null>;
  readonly #onError: (instanceId: string, error: unknown) => void;
  readonly #queue: WorkQueue;
  readonly #queued = new Set<string>();
  readonly #inTurn = new Set<string>();
  readonly #storing = new Set<Promise<void>>();
  /** How long the orchestrator took in the last turn of an instance, where that was long. */
  readonly #longTurnsMs = new Map<string, number>();
  readonly #failures = new Map<string, number>();

  /** `run` resolves to null when there was nothing to do. */
  constructor(
    limit: number,
    run: (instanceId: string) => Promise<RanTurn | null>,
    onError: (instanceId: string, error: unknown) => void,
  ) {
    this.#queue = new WorkQueue(limit);
    this.#run = run;
    this.#onError = onError;
  }

  /** Queues a turn; a turn that finds nothing to read ends at once. */
  wake(instanceId: string): void {
    if (this.#queued.has(instanceId)) return;
    this.#queued.add(instanceId);
    if (!this.#inTurn.has(instanceId)) this.#queueTurn(instanceId);
  }

  /** Forgets what an instance that has ended leaves behind here. */
  forget(instanceId: string): void {
    this.#longTurnsMs.delete(instanceId);
    this.#failures.delete(instanceId);
  }

  /** Begins no turn any more and resolves when those that run are stored. */
  async drain(): Promise<void> {
    await this.#queue.drain();
    await Promise.all(this.#storing);
  }

  /**
   * A turn costs as much as the history is long, so an instance whose last turn was long waits as long again for more
   * messages: a wide fan-out takes a few turns for many completions, not one for each handful.
   */
  #queueTurn(instanceId: string): void {
    const retryMs = backoffMs(this.#failures.get(instanceId) ?? 0);
    const pauseMs = Math.max(retryMs, this.#longTurnsMs.get(instanceId) ?? 0);
    const add = () => this.#queue.add(() => this.#takeTurn(instanceId));
    if (pauseMs === 0) add();
    else setTimeout(add, pauseMs);
  }

  async #takeTurn(instanceId: string): Promise<void> {
    this.#queued.delete(instanceId);
    this.#inTurn.add(instanceId);
    try {
      const turn = await this.#run(instanceId);
      if (turn === null) {
        this.#failures.delete(instanceId);
        return this.#leave(instanceId);
      }
      if (turn.invokedMs < longTurnMs) this.#longTurnsMs.delete(instanceId);
      else this.#longTurnsMs.set(instanceId, Math.min(turn.invokedMs, longestPauseMs));
      const storing = this.#storeTurn(instanceId, turn).finally(() => this.#storing.delete(storing));
      this.#storing.add(storing);
      if (this.#storing.size >= mostStoring) await storing;
    } catch (error) {
      this.#fail(instanceId, error);
    }
  }

  async #storeTurn(instanceId: string, turn: RanTurn): Promise<void> {
    try {
      await turn.store();
      this.#failures.delete(instanceId);
      this.#leave(instanceId);
    } catch (error) {
      this.#fail(instanceId, error);
    }
  }

  /** Nothing of the turn is stored, so all of it is done again. */
  #fail(instanceId: string, error: unknown): void {
    this.#failures.set(instanceId, (this.#failures.get(instanceId) ?? 0) + 1);
    this.#onError(instanceId, error);
    this.#queued.add(instanceId);
    this.#leave(instanceId);
  }

  #leave(instanceId: string): void {
    this.#inTurn.delete(instanceId);
    if (this.#queued.has(instanceId)) this.#queueTurn(instanceId);
  }
}
