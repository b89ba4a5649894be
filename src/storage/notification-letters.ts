/** The dead letters of one notification: one range of the table DeadLetters. */
import type { DeadLetter } from "../domain/dead-letter.ts";
import { toDecidedAt } from "../domain/notification-id.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { deadLetterRowSchema } from "./dead-letter-row.ts";
import { openTable, readRange, toPrefixEnd } from "./table.ts";

export interface NotificationLetters {
  /** At most `limit` letters of a notification, whoever they are for. */
  list(notificationId: string, limit: number): Promise<DeadLetter[]>;
}

/** Opens the table of this account. */
export function openNotificationLetters(storage: StorageConnection): NotificationLetters {
  const table = openTable(storage, "DeadLetters");
  return {
    async list(notificationId, limit) {
      const prefix = `${notificationId}|`;
      const partitionKey = toDecidedAt(notificationId).slice(0, 10);
      const rows = await readRange(table, { partitionKey, from: prefix, to: toPrefixEnd(prefix), limit });
      return rows.map((row) => deadLetterRowSchema.parse(row));
    },
  };
}
