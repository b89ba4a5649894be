/**
 * The rows of waiting notifications, by number and, in an index, by the time they are due. Every `put` and `remove`
 * belongs inside a transaction. Times are milliseconds since 1970.
 */
import type { Database, Key, RootDatabase } from "lmdb";
import { z } from "zod";
import {
  dueKeySchema,
  notificationRowSchema,
  type NotificationRow,
  type PendingNotification,
} from "./message-rows.ts";

/** The two tables; see the file's header. */
export class MessageTable {
  readonly #rows: Database<unknown, Key>;
  readonly #due: Database<unknown, Key>;

  constructor(state: RootDatabase<unknown, Key>) {
    this.#rows = state.openDB({ name: "salesforce-notifications" });
    this.#due = state.openDB({ name: "salesforce-notifications-due" });
  }

  read(number: number): NotificationRow | undefined {
    return notificationRowSchema.optional().parse(this.#rows.get(number));
  }

  /** In the order of their numbers, which is that of their queueing. */
  *list(): Generator<PendingNotification> {
    for (const { key, value } of this.#rows.getRange()) {
      yield { ...notificationRowSchema.parse(value), number: z.int().parse(key) };
    }
  }

  /** The earliest first, beginning at `fromMs`. */
  *listDue(fromMs = 0): Generator<{ dueAtMs: number; number: number }> {
    for (const key of this.#due.getKeys({ start: [fromMs, 0] })) {
      const [dueAtMs, number] = dueKeySchema.parse(key);
      yield { dueAtMs, number };
    }
  }

  /** Writes a new row, or over the one with that number. */
  put(number: number, row: NotificationRow): void {
    this.remove(number);
    void this.#rows.put(number, row);
    void this.#due.put([row.dueAtMs, number], true);
  }

  remove(number: number): void {
    const row = this.read(number);
    if (row === undefined) return;
    void this.#rows.remove(number);
    void this.#due.remove([row.dueAtMs, number]);
  }
}
