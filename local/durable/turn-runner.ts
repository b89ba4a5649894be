/**
 * The turns of the engine: reads what an instance is to read, runs the orchestrator, stores what follows. A turn takes
 * part in the commit of the messages it reads where it can, see `EarlyMessages`.
 */
import type { TurnEffects } from "./apply-command.ts";
import { commitTurn } from "./commit-turn.ts";
import type { DurableFunctions } from "./durable-functions.ts";
import type { FaultInjection } from "./durable-faults.ts";
import { EarlyMessages } from "./early-messages.ts";
import type { HistoryEvent } from "./history-event.ts";
import type { InstanceStore } from "./instance-store.ts";
import { runTurn, type TurnResult } from "./orchestration-turn.ts";
import { RecentHistories } from "./recent-histories.ts";
import { isTerminal } from "./runtime-status.ts";
import { selectMessages, type MessageSelection } from "./select-messages.ts";
import type { InboxEntry, InstanceRow } from "./stored-rows.ts";
import type { RanTurn } from "./turn-scheduler.ts";

/** What the turns need of their engine. */
export interface TurnRunnerOptions {
  store: InstanceStore;
  functions: DurableFunctions;
  storeInputs: boolean;
  faults: FaultInjection | null;
  /** Asks for a turn of the instance. */
  wake(instanceId: string): void;
  /** Nothing is to be written any more. */
  isStopped(): boolean;
  /** Told what a turn has set in motion, after it was stored. */
  onStored(instanceId: string, effects: TurnEffects): void;
  log(level: "warn", message: string): void;
}

/** See the file's header. */
export class TurnRunner {
  readonly #options: TurnRunnerOptions;
  readonly #histories = new RecentHistories();
  readonly #early = new EarlyMessages();

  constructor(options: TurnRunnerOptions) {
    this.#options = options;
  }

  /**
   * Stores a message by `commit` and sees to it that a turn reads it; `row` is the instance that begins with it. The
   * turn is asked for before the commit, because a turn that is ready in time is stored by the same transaction.
   */
  async storeMessage(
    instanceId: string,
    message: InboxEntry,
    row: InstanceRow | null,
    commit: () => Promise<void>,
  ): Promise<void> {
    this.#early.add(instanceId, message, row);
    setImmediate(() => this.#options.wake(instanceId));
    try {
      await commit();
    } catch (error) {
      this.#early.settle(instanceId, message);
      throw error;
    }
    if (this.#early.settle(instanceId, message)) this.#options.wake(instanceId);
  }

  /** Runs the turn of an instance; resolves to null when there is nothing to do. */
  async run(instanceId: string): Promise<RanTurn | null> {
    const { store, functions, faults } = this.#options;
    const row = store.readInstance(instanceId) ?? this.#early.findRow(instanceId);
    if (row === null || isTerminal(row.runtimeStatus)) return null;
    const inbox = this.#early.join(row, store.readInbox(instanceId));
    const selection = faults?.select(row, inbox) ?? selectMessages(row, inbox);
    if (selection.taken.length === 0) return null;
    this.#early.note(instanceId, selection.taken, "taken");
    const past = this.#histories.find(row) ?? store.readHistory(instanceId);
    const startedMs = performance.now();
    const turn = await runTurn(row, past, selection, functions, Date.now());
    return {
      invokedMs: performance.now() - startedMs,
      store: async () => {
        await this.#store(row, past, selection, turn);
        if (selection.taken.length < inbox.length) this.#options.wake(instanceId);
      },
    };
  }

  /** Nothing a turn asks for is begun before the turn is stored. */
  async #store(
    row: InstanceRow,
    past: HistoryEvent[],
    selection: MessageSelection,
    turn: TurnResult,
  ): Promise<void> {
    const { store, storeInputs, isStopped, onStored, log } = this.#options;
    const { instanceId, executionId } = row;
    if (isStopped()) return;
    const effects = await commitTurn(store, row, selection, turn, storeInputs);
    if (effects === null) return;
    this.#early.note(instanceId, selection.taken, "read");
    if (effects.appended === null || isTerminal(effects.status)) this.#histories.forget(instanceId);
    else this.#histories.remember(instanceId, executionId, past.concat(effects.appended));
    if (turn.next.kind === "failed") log("warn", `${instanceId}: ${turn.next.message}`);
    onStored(instanceId, effects);
  }
}
