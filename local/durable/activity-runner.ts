/**
 * Runs pending activities, at least once each: the row of an activity goes away in the transaction that posts its end.
 * The limit counts functions that run; while ends are being stored the next functions run already, so that one
 * transaction stores many.
 */
import { setTimeout as delay } from "node:timers/promises";
import { runPendingActivity } from "./activity-run.ts";
import { backoffMs } from "./backoff.ts";
import type { DurableFunctions } from "./durable-functions.ts";
import type { FaultInjection } from "./durable-faults.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { ActivityRow, InboxEntry, Message } from "./stored-rows.ts";
import { WorkQueue } from "./work-queue.ts";

/** What the runner needs of its engine. */
export interface ActivityRunnerOptions {
  store: InstanceStore;
  functions: DurableFunctions;
  limit: number;
  faults: FaultInjection | null;
  /** Stores the message by `commit` and sees to it that a turn reads it. */
  storeMessage(instanceId: string, message: InboxEntry, commit: () => Promise<void>): Promise<void>;
  onError(activity: ActivityRow, error: unknown): void;
  log(level: "warn", message: string): void;
}

/** So many ends may wait for their commit before no more activities are begun: one transaction must not take for ever. */
const mostStoring = 200;

/** All activities of an engine. */
export class ActivityRunner {
  readonly #options: ActivityRunnerOptions;
  readonly #queue: WorkQueue;
  readonly #storing = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: ActivityRunnerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue(options.limit);
  }

  /** Queues a pending activity. */
  dispatch(activity: ActivityRow): void {
    const run = () => this.#queue.add(() => this.#run(activity));
    for (const lateMs of this.#options.faults?.planActivity() ?? [0]) {
      if (lateMs === 0) run();
      else setTimeout(run, lateMs);
    }
  }

  /** Begins nothing any more and resolves when what runs has ended and is stored. */
  async drain(): Promise<void> {
    await this.#queue.drain();
    await Promise.all(this.#storing);
  }

  /** From now on nothing is written. */
  stop(): void {
    this.#stopped = true;
  }

  async #run(activity: ActivityRow): Promise<void> {
    const message = await runPendingActivity(activity, this.#options);
    const storing = this.#storeEnd(activity, message).finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
    if (this.#storing.size >= mostStoring) await storing;
  }

  /** The function has run, and its end must not get lost: a commit that fails is repeated. */
  async #storeEnd(activity: ActivityRow, message: Message): Promise<void> {
    const { store, storeMessage, onError } = this.#options;
    const { instanceId } = activity;
    const entry = store.toEntry(message);
    for (let failures = 1; !this.#stopped; failures += 1) {
      try {
        return await storeMessage(instanceId, entry, () =>
          store.commit("activity", () => {
            if (store.removeActivity(activity)) store.postMessage(instanceId, entry);
          }),
        );
      } catch (error) {
        onError(activity, error);
        await delay(backoffMs(failures));
      }
    }
  }
}
