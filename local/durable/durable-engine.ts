/**
 * The local Durable Functions engine: runs orchestrations and activities from a durable store.
 *
 * Every instance is single-threaded. What happens to it lands in its inbox; a turn reads the inbox, invokes the
 * orchestrator and commits all that follows in one transaction, and only then are activities, timers and messages
 * dispatched. Activities run at least once: a pending row goes away in the transaction that posts its completion.
 * After a crash `start()` goes on from the last commit.
 */
import { availableParallelism } from "node:os";
import type { RootDatabase } from "lmdb";
import { runPendingActivity } from "./activity-run.ts";
import { commitTurn } from "./commit-turn.ts";
import type { DurableFunctions } from "./durable-functions.ts";
import { EngineStoppedError } from "./durable-errors.ts";
import { InstanceOperations } from "./instance-operations.ts";
import { InstanceStore } from "./instance-store.ts";
import type { ActivityRow } from "./stored-rows.ts";
import { runTurn } from "./orchestration-turn.ts";
import { isTerminal } from "./runtime-status.ts";
import { selectMessages } from "./select-messages.ts";
import { TimerClock } from "./timer-clock.ts";
import { WorkQueue } from "./work-queue.ts";

export type { DurableFunctions } from "./durable-functions.ts";

/** What the engine is made of. */
export interface DurableEngineOptions {
  /** The opened store; the engine keeps its own databases in it and does not close it. */
  state: RootDatabase;
  functions: DurableFunctions;
  /** host.json `extensions.durableTask.storeInputsInOrchestrationHistory`; false is Azure's default. */
  storeInputsInOrchestrationHistory: boolean;
  /** host.json `extensions.durableTask.maxConcurrentActivityFunctions`; 10 per processor by default, as on Azure. */
  maxConcurrentActivityFunctions?: number;
  /** host.json `extensions.durableTask.maxConcurrentOrchestratorFunctions`; 10 per processor by default. */
  maxConcurrentOrchestratorFunctions?: number;
  log(level: "debug" | "info" | "warn" | "error", message: string): void;
}

/** Creates the engine; nothing runs before `start()`. */
export function createDurableEngine(options: DurableEngineOptions): DurableEngine {
  return new DurableEngine(options);
}

/** How long `stop()` waits for running functions. */
const stopTimeoutMs = 5_000;
const longTurnMs = 10;
const longestPauseMs = 100;

/** The engine; its client operations come from `InstanceOperations`. */
export class DurableEngine extends InstanceOperations {
  readonly #options: DurableEngineOptions;
  readonly #turns: WorkQueue;
  readonly #activities: WorkQueue;
  readonly #timers: TimerClock;
  readonly #queued = new Set<string>();
  readonly #inTurn = new Set<string>();
  /** How long the last turn of an instance took, where that was long. */
  readonly #longTurnsMs = new Map<string, number>();
  #phase: "created" | "started" | "stopping" | "stopped" = "created";

  constructor(options: DurableEngineOptions) {
    super(new InstanceStore(options.state));
    this.#options = options;
    const byDefault = 10 * availableParallelism();
    this.#turns = new WorkQueue(options.maxConcurrentOrchestratorFunctions ?? byDefault);
    this.#activities = new WorkQueue(options.maxConcurrentActivityFunctions ?? byDefault);
    this.#timers = new TimerClock(
      this.store,
      (instanceIds) => instanceIds.forEach((instanceId) => this.wake(instanceId)),
      (error) => this.#logError("A durable timer could not be fired", error),
    );
  }

  /** Resumes everything unfinished and takes new work from now on. */
  start(): void {
    if (this.#phase !== "created") return;
    this.#phase = "started";
    for (const activity of this.store.listActivities()) this.#dispatchActivity(activity);
    for (const instanceId of this.store.listWaitingInstanceIds()) this.wake(instanceId);
    this.#timers.arm();
  }

  /** Takes no new work, gives running functions up to five seconds to end, and resolves. */
  async stop(): Promise<void> {
    if (this.#phase === "stopped") return;
    this.#phase = "stopping";
    const ended = Promise.all([this.#timers.stop(), this.#turns.drain(), this.#activities.drain()]);
    let timeout: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timeout = setTimeout(resolve, stopTimeoutMs);
    });
    await Promise.race([ended, tooLate]);
    clearTimeout(timeout);
    this.#phase = "stopped";
  }

  protected override assertTakingWork(): void {
    if (this.#phase === "stopping" || this.#phase === "stopped") throw new EngineStoppedError();
  }

  /** Queues a turn; a turn that finds nothing to read ends at once. */
  protected override wake(instanceId: string): void {
    if (this.#phase !== "started" || this.#queued.has(instanceId)) return;
    this.#queued.add(instanceId);
    if (!this.#inTurn.has(instanceId)) this.#queueTurn(instanceId);
  }

  /**
   * A turn costs as much as the history is long, so an instance whose last turn was long waits as long again for more
   * messages: a wide fan-out takes a few turns for many completions, not one for each handful.
   */
  #queueTurn(instanceId: string): void {
    const pauseMs = this.#longTurnsMs.get(instanceId);
    if (pauseMs === undefined) this.#addTurn(instanceId);
    else setTimeout(() => this.#addTurn(instanceId), pauseMs);
  }

  #addTurn(instanceId: string): void {
    this.#turns.add(async () => {
      this.#queued.delete(instanceId);
      this.#inTurn.add(instanceId);
      const startedMs = performance.now();
      try {
        await this.#runTurn(instanceId);
        this.#noteTurn(instanceId, performance.now() - startedMs);
      } catch (error) {
        this.#logError(`A turn of the instance '${instanceId}' could not be stored`, error);
      } finally {
        this.#inTurn.delete(instanceId);
        if (this.#queued.has(instanceId)) this.#queueTurn(instanceId);
      }
    });
  }

  #noteTurn(instanceId: string, tookMs: number): void {
    const row = tookMs < longTurnMs ? null : this.store.readInstance(instanceId);
    if (row === null || isTerminal(row.runtimeStatus)) this.#longTurnsMs.delete(instanceId);
    else this.#longTurnsMs.set(instanceId, Math.min(tookMs, longestPauseMs));
  }

  async #runTurn(instanceId: string): Promise<void> {
    const row = this.store.readInstance(instanceId);
    const inbox = this.store.readInbox(instanceId);
    if (row === null || isTerminal(row.runtimeStatus) || inbox.length === 0) return;
    const selection = selectMessages(row, inbox);
    if (selection.taken.length === 0) return await this.#dropStale(instanceId, selection.stale);

    const past = this.store.readHistory(instanceId);
    const turn = await runTurn(row, past, selection, this.#options.functions, Date.now());
    if (this.#phase === "stopped") return;
    const storeInputs = this.#options.storeInputsInOrchestrationHistory;
    const effects = await commitTurn(this.store, row, selection, turn, storeInputs);

    if (turn.next.kind === "failed") this.#options.log("warn", `${instanceId}: ${turn.next.message}`);
    for (const activity of effects.activities) this.#dispatchActivity(activity);
    for (const woken of effects.woken) this.wake(woken);
    if (effects.hasTimers) this.#timers.arm();
    if (isTerminal(effects.status)) this.announceEnd(instanceId);
    else if (selection.taken.length + selection.stale.length < inbox.length) this.wake(instanceId);
  }

  async #dropStale(instanceId: string, stale: { sequence: number }[]): Promise<void> {
    if (stale.length === 0) return;
    const sequences = stale.map(({ sequence }) => sequence);
    await this.store.commit(() => this.store.removeMessages(instanceId, sequences));
  }

  #dispatchActivity(activity: ActivityRow): void {
    this.#activities.add(async () => {
      try {
        const message = await runPendingActivity(activity, this.#options);
        if (this.#phase === "stopped") return;
        await this.store.commit(() => {
          if (this.store.removeActivity(activity)) this.store.postMessage(activity.instanceId, message);
        });
        this.wake(activity.instanceId);
      } catch (error) {
        this.#logError(`The end of the activity '${activity.name}' could not be stored`, error);
      }
    });
  }

  #logError(what: string, error: unknown): void {
    this.#options.log(
      "error",
      `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}
