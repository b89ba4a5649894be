/**
 * The durable side of the engine, in LMDB: instances, their histories (one row per turn, appended), their inboxes,
 * pending activities and pending timers. Every `write…`, `post…`, `remove…` belongs inside `commit`; what one commit
 * writes becomes visible as a whole or, after a crash, not at all.
 */
import type { Database, Key, RootDatabase } from "lmdb";
import { z } from "zod";
import type { CommitName, FaultInjection } from "./durable-faults.ts";
import { EndedInstances } from "./ended-instances.ts";
import { historyEventSchema, type HistoryEvent } from "./history-event.ts";
import { isTerminal } from "./runtime-status.ts";
import {
  activityRowSchema,
  instanceRowSchema,
  messageSchema,
  type ActivityRow,
  type InboxEntry,
  type InstanceRow,
  type Message,
  type TimerRow,
} from "./stored-rows.ts";

const timerKeySchema = z.tuple([z.int(), z.string(), z.string(), z.int()]);
const inboxKeySchema = z.tuple([z.string(), z.int()]);
const turnEventsSchema = z.array(historyEventSchema);
const last = Number.MAX_SAFE_INTEGER;

/** The engine's tables; see the file's header. */
export class InstanceStore {
  readonly #state: RootDatabase<unknown, Key>;
  readonly #instances: Database<unknown, Key>;
  readonly #history: Database<unknown, Key>;
  readonly #inbox: Database<unknown, Key>;
  readonly #activities: Database<unknown, Key>;
  readonly #timers: Database<unknown, Key>;
  readonly ended: EndedInstances;
  readonly #faults: FaultInjection | null;
  #lastSequence = 0;

  constructor(state: RootDatabase<unknown, Key>, faults: FaultInjection | null = null) {
    this.#state = state;
    this.#faults = faults;
    this.#instances = state.openDB({ name: "durable-instances" });
    this.#history = state.openDB({ name: "durable-history" });
    this.#inbox = state.openDB({ name: "durable-inbox" });
    this.#activities = state.openDB({ name: "durable-activities" });
    this.#timers = state.openDB({ name: "durable-timers" });
    this.ended = new EndedInstances(state.openDB({ name: "durable-ended" }));
    for (const key of this.#inbox.getKeys()) {
      this.#lastSequence = Math.max(this.#lastSequence, inboxKeySchema.parse(key)[1]);
    }
  }

  /**
   * Runs `write` in one transaction and resolves with its result once that is committed. It rejects when `write`
   * throws or the commit fails, and then nothing of it is stored. Commits that meet share one LMDB transaction.
   */
  commit<T>(name: CommitName, write: () => T): Promise<T> {
    if (this.#faults === null) return this.#state.childTransaction(write);
    return this.#faults.commit(name, (onWritten) =>
      this.#state.childTransaction(() => {
        const result = write();
        onWritten();
        return result;
      }),
    );
  }

  readInstance(instanceId: string): InstanceRow | null {
    const row = this.#instances.get(instanceId);
    return row === undefined ? null : instanceRowSchema.parse(row);
  }

  /** Instances in the order of their ids, beginning behind `afterId`. */
  *listInstances(afterId: string | null, prefix = ""): Generator<InstanceRow> {
    const start = afterId !== null && afterId >= prefix ? afterId : prefix;
    for (const { key, value } of this.#instances.getRange({ start })) {
      if (key === afterId) continue;
      if (typeof key !== "string" || !key.startsWith(prefix)) return;
      yield instanceRowSchema.parse(value);
    }
  }

  writeInstance(row: InstanceRow): void {
    void this.#instances.put(row.instanceId, row);
    this.ended.add(row);
  }

  readHistory(instanceId: string): HistoryEvent[] {
    const range = this.#history.getRange({ start: [instanceId, 0], end: [instanceId, last] });
    return [...range.map(({ value }) => turnEventsSchema.parse(value))].flat();
  }

  /** Appends the events of a turn behind the `length` that are there and returns the new length. */
  appendHistory(instanceId: string, length: number, events: HistoryEvent[]): number {
    void this.#history.put([instanceId, length], events);
    return length + events.length;
  }

  readInbox(instanceId: string): InboxEntry[] {
    const range = this.#inbox.getRange({ start: [instanceId, 0], end: [instanceId, last] });
    return [
      ...range.map(({ key, value }) => ({
        sequence: inboxKeySchema.parse(key)[1],
        message: messageSchema.parse(value),
      })),
    ];
  }

  /** Gives a message its place behind all others. */
  toEntry(message: Message): InboxEntry {
    this.#lastSequence += 1;
    return { sequence: this.#lastSequence, message };
  }

  /** Adds a message, unless the execution it is meant for is over. */
  postMessage(instanceId: string, { sequence, message }: InboxEntry): void {
    const row = this.readInstance(instanceId);
    if (row === null || isTerminal(row.runtimeStatus)) return;
    if (message.executionId !== null && message.executionId !== row.executionId) return;
    this.putMessage(instanceId, { sequence, message });
  }

  /** Adds a message to an instance that is known to take it. */
  putMessage(instanceId: string, { sequence, message }: InboxEntry): void {
    void this.#inbox.put([instanceId, sequence], message);
  }

  hasMessages(instanceId: string, entries: InboxEntry[]): boolean {
    return entries.every(({ sequence }) => this.#inbox.doesExist([instanceId, sequence]));
  }

  removeMessages(instanceId: string, entries: InboxEntry[]): void {
    for (const { sequence } of entries) void this.#inbox.remove([instanceId, sequence]);
  }

  /** Forgets the history and the inbox of an instance; its row is left to be overwritten. */
  clearExecution(row: InstanceRow): void {
    const { instanceId } = row;
    this.ended.remove(row);
    for (const database of [this.#history, this.#inbox]) {
      for (const key of [...database.getKeys({ start: [instanceId, 0], end: [instanceId, last] })]) {
        void database.remove(key);
      }
    }
  }

  removeInstance(row: InstanceRow): void {
    this.clearExecution(row);
    void this.#instances.remove(row.instanceId);
  }

  /** The ids of all instances that have unread messages. */
  listWaitingInstanceIds(): string[] {
    return [...new Set(this.#inbox.getKeys().map((key) => inboxKeySchema.parse(key)[0]))];
  }

  listActivities(): ActivityRow[] {
    return [...this.#activities.getRange().map(({ value }) => activityRowSchema.parse(value))];
  }

  writeActivity(row: ActivityRow): void {
    void this.#activities.put([row.instanceId, row.executionId, row.taskId], row);
  }

  /** Removes a pending activity; false when it was not pending any more. */
  removeActivity(row: ActivityRow): boolean {
    const key = [row.instanceId, row.executionId, row.taskId];
    if (!this.#activities.doesExist(key)) return false;
    void this.#activities.remove(key);
    return true;
  }

  writeTimer(timer: TimerRow): void {
    void this.#timers.put([timer.fireAtMs, timer.instanceId, timer.executionId, timer.timerId], true);
  }

  /** The next timers to fire, earliest first. */
  listTimers(limit: number): TimerRow[] {
    return [
      ...this.#timers.getKeys({ limit }).map((key) => {
        const [fireAtMs, instanceId, executionId, timerId] = timerKeySchema.parse(key);
        return { fireAtMs, instanceId, executionId, timerId };
      }),
    ];
  }

  removeTimer(timer: TimerRow): void {
    void this.#timers.remove([timer.fireAtMs, timer.instanceId, timer.executionId, timer.timerId]);
  }
}
