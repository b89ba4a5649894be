/**
 * The notifications that wait to be acknowledged, in LMDB, so that they outlive a kill.
 *
 * A notification is taken, and then acknowledged (it is gone), failed (it waits longer) or given back. What is taken is
 * remembered in memory only: after a kill everything waits again, under its old id. Times are milliseconds since 1970.
 */
import type { Database, Key, RootDatabase } from "lmdb";
import { z } from "zod";
import {
  addTotals,
  queueTotalsSchema,
  toDropped,
  type MarkedOrder,
  type MoreTotals,
  type PendingNotification,
  type QueueTotals,
} from "./message-rows.ts";
import type { QueueChoice } from "./message-random-choice.ts";
import { MessageTable } from "./message-table.ts";

const MOST_DROPPED_KEPT = 50;
/** So many rows are changed in one transaction; other writers come in between. */
const CHUNK = 1_000;

/** The queue; the owner of `state` closes it. */
export class MessageQueue {
  readonly #state: RootDatabase<unknown, Key>;
  readonly #table: MessageTable;
  readonly #marks: Database<unknown, Key>;
  readonly #totalsRow: Database<unknown, Key>;
  #totals: QueueTotals;
  #committed: QueueTotals;
  readonly #taken = new Set<number>();
  /** Marks of what is being committed. */
  readonly #adding = new Map<string, string>();

  constructor(state: RootDatabase<unknown, Key>, nowMs: number) {
    this.#state = state;
    this.#table = new MessageTable(state);
    this.#marks = state.openDB({ name: "salesforce-notified" });
    this.#totalsRow = state.openDB({ name: "salesforce-message-totals" });
    const stored = this.#totalsRow.get("totals");
    this.#totals =
      stored === undefined
        ? { lastNumber: 0, pending: 0, acknowledged: 0, dropped: 0, activatedAtMs: nowMs, latestDropped: [] }
        : queueTotalsSchema.parse(stored);
    this.#committed = this.#totals;
    if (stored === undefined) this.#totalsRow.putSync("totals", this.#totals);
  }

  /** As of the latest commit. */
  get totals(): QueueTotals {
    return this.#committed;
  }

  /** When the oldest one was queued, or the oldest that is not taken; undefined when none waits. */
  oldestQueuedAtMs(which?: "notTaken"): number | undefined {
    for (const { number, queuedAtMs } of this.#table.list()) {
      if (which === undefined || !this.#taken.has(number)) return queuedAtMs;
    }
    return undefined;
  }

  /** When the next one that is not taken is due; undefined when there is none. */
  nextDueAtMs(): number | undefined {
    for (const { number, dueAtMs } of this.#table.listDue()) {
      if (!this.#taken.has(number)) return dueAtMs;
    }
    return undefined;
  }

  /** The mark of the latest save that was queued for an order. */
  readMark(orderId: string): string | undefined {
    return this.#adding.get(orderId) ?? z.string().optional().parse(this.#marks.get(orderId));
  }

  /** Queues one notification for each order; with it, in one transaction, its mark. */
  async add(orders: readonly MarkedOrder[], nowMs: number, dueAtMs: number): Promise<void> {
    const first = this.#totals.lastNumber + 1;
    this.#count({ lastNumber: orders.length });
    for (const { orderId, mark } of orders) this.#adding.set(orderId, mark);
    await this.#commit(() => {
      for (const [index, { orderId, mark }] of orders.entries()) {
        this.#table.put(first + index, { orderId, queuedAtMs: nowMs, dueAtMs, failures: 0, reason: null });
        void this.#marks.put(orderId, mark);
      }
      this.#count({ pending: orders.length });
    });
    for (const { orderId, mark } of orders) {
      if (this.#adding.get(orderId) === mark) this.#adding.delete(orderId);
    }
  }

  /** Takes up to `limit` of those due by `untilMs`, the earliest unless there is a `choice`. */
  take(untilMs: number, limit: number, choice?: QueueChoice): PendingNotification[] {
    const numbers: number[] = [];
    for (const { dueAtMs, number } of this.#table.listDue()) {
      if (dueAtMs > untilMs || numbers.length === (choice?.among ?? limit)) break;
      if (!this.#taken.has(number)) numbers.push(number);
    }
    return (choice?.order(numbers) ?? numbers).slice(0, limit).flatMap((number) => {
      const row = this.#table.read(number);
      if (row === undefined) return [];
      this.#taken.add(number);
      return [{ ...row, number }];
    });
  }

  /** Lets taken ones be taken again, as if they had not been. */
  giveBack(taken: readonly PendingNotification[]): void {
    for (const { number } of taken) this.#taken.delete(number);
  }

  /** Forgets taken ones: the endpoint has them. */
  async acknowledge(taken: readonly PendingNotification[]): Promise<void> {
    await this.#removeAll(taken, () => this.#count({ acknowledged: taken.length }));
  }

  /** Lets taken ones wait, each until `toDueMs` of its number of failures. */
  async fail(
    taken: readonly PendingNotification[],
    reason: string,
    toDueMs: (failures: number) => number,
  ): Promise<void> {
    await this.#commit(() => {
      for (const { number, ...row } of taken) {
        const failures = row.failures + 1;
        this.#table.put(number, { ...row, failures, reason, dueAtMs: toDueMs(failures) });
      }
    });
    this.giveBack(taken);
  }

  /** Drops what was queued at or before `queuedAtMs` and is not taken; resolves with how many that were. */
  async dropOlder(queuedAtMs: number, nowMs: number): Promise<number> {
    let dropped = 0;
    for (;;) {
      const old = this.#takeOlder(queuedAtMs);
      if (old.length === 0) return dropped;
      dropped += old.length;
      await this.#removeAll(old, () => {
        const latest = old.slice(-MOST_DROPPED_KEPT).map((row) => toDropped(row, nowMs));
        const latestDropped = [...latest.toReversed(), ...this.#totals.latestDropped].slice(
          0,
          MOST_DROPPED_KEPT,
        );
        this.#totals = { ...this.#totals, latestDropped };
        this.#count({ dropped: old.length });
      });
    }
  }

  /** Makes all that wait due at `nowMs`, however often they have failed. */
  async makeDue(nowMs: number): Promise<void> {
    const later = Array.from(this.#table.listDue(nowMs + 1), ({ number }) => number);
    for (let start = 0; start < later.length; start += CHUNK) {
      await this.#commit(() => {
        for (const number of later.slice(start, start + CHUNK)) {
          const row = this.#table.read(number);
          if (row !== undefined) this.#table.put(number, { ...row, dueAtMs: nowMs });
        }
      });
    }
  }

  #takeOlder(queuedAtMs: number): PendingNotification[] {
    const old: PendingNotification[] = [];
    for (const row of this.#table.list()) {
      if (row.queuedAtMs > queuedAtMs || old.length === CHUNK) break;
      if (!this.#taken.has(row.number)) old.push(row);
    }
    for (const { number } of old) this.#taken.add(number);
    return old;
  }

  async #removeAll(taken: readonly PendingNotification[], count: () => void): Promise<void> {
    await this.#commit(() => {
      for (const { number } of taken) this.#table.remove(number);
      this.#count({ pending: -taken.length });
      count();
    });
    this.giveBack(taken);
  }

  #count(more: MoreTotals): void {
    this.#totals = addTotals(this.#totals, more);
  }

  async #commit(write: () => void): Promise<void> {
    await this.#state.childTransaction(() => {
      write();
      void this.#totalsRow.put("totals", this.#totals);
    });
    this.#committed = this.#totals;
  }
}
