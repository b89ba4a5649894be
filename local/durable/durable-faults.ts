/**
 * Faults on demand, so that tests meet in a minute what Azure brings in a month: activities that are late, run twice or
 * end in another order, histories cut into single events, a store that is slow or says no, a process that dies at a
 * named point. Without them the engine never comes here.
 */
import { setTimeout as delay } from "node:timers/promises";
import { EventType, type HistoryEvent } from "./history-event.ts";
import { selectMessages, type MessageSelection } from "./select-messages.ts";
import type { InboxEntry, InstanceRow } from "./stored-rows.ts";

/** Everything the engine commits; `InstanceStore.commit` takes no other name, so none can be left out of the points. */
const COMMITS = [
  /** A client starts an instance. */
  "start",
  /** A client raises an event, terminates, suspends or resumes. */
  "message",
  /** A client forgets ended instances. */
  "purge",
  "turn",
  /** An activity has ended. */
  "activity",
  /** Timers have fired. */
  "timers",
  /** Ended instances are forgotten for their age. */
  "retention",
] as const;
/** The name of a commit. */
export type CommitName = (typeof COMMITS)[number];

const MOMENTS = ["before", "during", "after"] as const;
/** A moment of a commit: nothing is written, everything is written and nothing committed, or all is committed and nobody was told. */
export type CommitPoint = `${(typeof MOMENTS)[number]}-${CommitName}`;
/** Every point that `DurableFaults.reach` can be told of. */
export const COMMIT_POINTS: readonly CommitPoint[] = COMMITS.flatMap((name) =>
  MOMENTS.map((moment): CommitPoint => `${moment}-${name}`),
);

/** What should go wrong; whatever is left out goes right. */
export interface DurableFaults {
  /** Each activity begins up to this much later. */
  activityDelayMs?: number;
  /** The share (0 to 1) of activities that are delivered twice. */
  duplicateActivities?: number;
  /** A turn reads a single message, as on a host that polls often. */
  oneEventPerTurn?: boolean;
  /** Activities and sub-orchestrations that ended together are read in any order. */
  shuffleCompletions?: boolean;
  /** Each commit begins up to this much later. */
  storageDelayMs?: number;
  /** The share (0 to 1) of commits that are rejected before they write; never two of a kind in a row, so a repetition gets through. */
  storageErrors?: number;
  /** Told of every point of a commit that is reached; a good place to kill the process. */
  reach?(point: CommitPoint): void;
  /** Makes the choices, from 0 up to 1; `Math.random` when left out. */
  random?(): number;
}

/** A commit that was told to fail. */
export class StorageFaultError extends Error {
  override readonly name = "StorageFaultError";
  readonly commit: CommitName;
  constructor(commit: CommitName) {
    super(`The commit '${commit}' was rejected on demand.`);
    this.commit = commit;
  }
}

/** The faults of one engine. */
export class FaultInjection {
  readonly #faults: DurableFaults;
  readonly #random: () => number;
  readonly #rejectedLast = new Set<CommitName>();

  constructor(faults: DurableFaults) {
    this.#faults = faults;
    this.#random = () => faults.random?.() ?? Math.random();
  }

  /** How late each delivery of an activity is, in milliseconds: one number, or two when it is delivered twice. */
  planActivity(): number[] {
    const { activityDelayMs = 0, duplicateActivities = 0 } = this.#faults;
    const lateMs = () => Math.round(this.#random() * activityDelayMs);
    return this.#random() < duplicateActivities ? [lateMs(), lateMs()] : [lateMs()];
  }

  /** Commits late, not at all, or as it should; `transaction` calls its argument when everything is written. */
  async commit<T>(name: CommitName, transaction: (onWritten: () => void) => Promise<T>): Promise<T> {
    const { storageDelayMs = 0, storageErrors = 0, reach } = this.#faults;
    if (storageDelayMs > 0) await delay(Math.round(this.#random() * storageDelayMs));
    if (!this.#rejectedLast.delete(name) && this.#random() < storageErrors) {
      this.#rejectedLast.add(name);
      throw new StorageFaultError(name);
    }
    reach?.(`before-${name}`);
    const result = await transaction(() => reach?.(`during-${name}`));
    reach?.(`after-${name}`);
    return result;
  }

  /** What the next turn reads. */
  select(row: InstanceRow, inbox: InboxEntry[]): MessageSelection {
    const arranged = this.#faults.shuffleCompletions === true ? this.#shuffle(inbox) : inbox;
    if (this.#faults.oneEventPerTurn !== true) return selectMessages(row, arranged);
    for (const entry of arranged) {
      const selection = selectMessages(row, [entry]);
      if (selection.taken.length > 0) return selection;
    }
    return selectMessages(row, arranged);
  }

  /** Completions change places among each other; everything else stays where it is. */
  #shuffle(inbox: InboxEntry[]): InboxEntry[] {
    const completions = inbox.filter(isCompletion);
    return inbox.map((entry) => {
      if (!isCompletion(entry)) return entry;
      const [chosen] = completions.splice(Math.floor(this.#random() * completions.length), 1);
      return chosen ?? entry;
    });
  }
}

const completionTypes = new Set<HistoryEvent["EventType"]>([
  EventType.TaskCompleted,
  EventType.TaskFailed,
  EventType.SubOrchestrationInstanceCompleted,
  EventType.SubOrchestrationInstanceFailed,
]);

function isCompletion({ message }: InboxEntry): boolean {
  return completionTypes.has(message.event.EventType);
}
