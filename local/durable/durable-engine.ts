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
import { ActivityRunner } from "./activity-runner.ts";
import type { TurnEffects } from "./apply-command.ts";
import { MessageNotStoredError, EngineStoppedError } from "./durable-errors.ts";
import { FaultInjection, type DurableFaults } from "./durable-faults.ts";
import type { DurableFunctions } from "./durable-functions.ts";
import { InstanceOperations } from "./instance-operations.ts";
import { InstanceStore } from "./instance-store.ts";
import { defaultRetention, Retention, type RetentionRule } from "./retention.ts";
import { isTerminal } from "./runtime-status.ts";
import type { InboxEntry, InstanceRow } from "./stored-rows.ts";
import { TimerClock } from "./timer-clock.ts";
import { TurnRunner } from "./turn-runner.ts";
import { TurnScheduler } from "./turn-scheduler.ts";

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
  /** host.json `extensions.durableTask.overridableExistingInstanceStates`; `NonRunningStates` by default. */
  overridableExistingInstanceStates?: "NonRunningStates" | "AnyState";
  /** Which ended instances are kept; `defaultRetention` when left out, all of them when null. */
  retention?: RetentionRule | null;
  /** What should go wrong; nothing when left out. */
  faults?: DurableFaults;
  log(level: "debug" | "info" | "warn" | "error", message: string): void;
}

/** Creates the engine; nothing runs before `start()`. */
export function createDurableEngine(options: DurableEngineOptions): DurableEngine {
  return new DurableEngine(options);
}

/** How long `stop()` waits for running functions. */
const stopTimeoutMs = 5_000;

/** The engine; its client operations come from `InstanceOperations`. */
export class DurableEngine extends InstanceOperations {
  readonly #options: DurableEngineOptions;
  readonly #turns: TurnRunner;
  readonly #schedule: TurnScheduler;
  readonly #activities: ActivityRunner;
  readonly #timers: TimerClock;
  readonly #retention: Retention | null;
  #phase: "created" | "started" | "stopping" | "stopped" = "created";

  constructor(options: DurableEngineOptions) {
    const faults = options.faults === undefined ? null : new FaultInjection(options.faults);
    super(new InstanceStore(options.state, faults), options.overridableExistingInstanceStates === "AnyState");
    const { functions, retention = defaultRetention } = options;
    const { store } = this;
    this.#options = options;
    const byDefault = 10 * availableParallelism();
    this.#turns = new TurnRunner({
      store,
      functions,
      faults,
      storeInputs: options.storeInputsInOrchestrationHistory,
      wake: (instanceId) => this.wake(instanceId),
      isStopped: () => this.#phase === "stopped",
      onStored: (instanceId, effects) => this.#dispatch(instanceId, effects),
      log: options.log,
    });
    this.#schedule = new TurnScheduler(
      options.maxConcurrentOrchestratorFunctions ?? byDefault,
      (instanceId) => this.#turns.run(instanceId),
      (instanceId, error) => this.#tellOfTurn(instanceId, error),
    );
    this.#activities = new ActivityRunner({
      store,
      functions,
      faults,
      limit: options.maxConcurrentActivityFunctions ?? byDefault,
      storeMessage: (instanceId, message, commit) =>
        this.#turns.storeMessage(instanceId, message, null, commit),
      onError: ({ name }, error) =>
        this.#logError(`The end of the activity '${name}' is stored again`, error),
      log: options.log,
    });
    this.#timers = new TimerClock(
      store,
      (instanceIds) => instanceIds.forEach((instanceId) => this.wake(instanceId)),
      (error) => this.#logError("Durable timers are fired again", error),
    );
    this.#retention =
      retention === null
        ? null
        : new Retention(store, retention, (error) =>
            this.#logError("Old instances could not be purged", error),
          );
  }

  /** Resumes everything unfinished and takes new work from now on. */
  start(): void {
    if (this.#phase !== "created") return;
    this.#phase = "started";
    for (const activity of this.store.listActivities()) this.#activities.dispatch(activity);
    for (const instanceId of this.store.listWaitingInstanceIds()) this.wake(instanceId);
    this.#timers.arm();
    this.#retention?.start();
  }

  /** Takes no new work, gives running functions up to five seconds to end, and resolves. */
  async stop(): Promise<void> {
    if (this.#phase === "stopped") return;
    this.#phase = "stopping";
    const parts = [
      this.#timers.stop(),
      this.#schedule.drain(),
      this.#activities.drain(),
      this.#retention?.stop() ?? Promise.resolve(),
    ];
    let timeout: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timeout = setTimeout(resolve, stopTimeoutMs);
    });
    await Promise.race([Promise.all(parts), tooLate]);
    clearTimeout(timeout);
    this.#phase = "stopped";
    this.#activities.stop();
  }

  protected override assertTakingWork(): void {
    if (this.#phase === "stopping" || this.#phase === "stopped") throw new EngineStoppedError();
  }

  protected override wake(instanceId: string): void {
    if (this.#phase === "started") this.#schedule.wake(instanceId);
  }

  protected override async storeMessage(
    instanceId: string,
    message: InboxEntry,
    row: InstanceRow,
    commit: () => Promise<void>,
  ): Promise<void> {
    await this.#turns.storeMessage(instanceId, message, row, commit);
  }

  #dispatch(instanceId: string, effects: TurnEffects): void {
    for (const activity of effects.activities) this.#activities.dispatch(activity);
    for (const woken of effects.woken) this.wake(woken);
    if (effects.hasTimers) this.#timers.arm();
    if (!isTerminal(effects.status)) return;
    this.#schedule.forget(instanceId);
    this.ends.announce(instanceId);
  }

  #tellOfTurn(instanceId: string, error: unknown): void {
    if (error instanceof MessageNotStoredError) this.#options.log("debug", error.message);
    else this.#logError(`A turn of the instance '${instanceId}' is repeated`, error);
  }

  #logError(what: string, error: unknown): void {
    this.#options.log(
      "error",
      `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}
