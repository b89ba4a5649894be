/** What many people's clients said about one notification: a point read of the table Inbox for each of them. */
import { inTurns } from "../domain/in-turns.ts";
import type { ReceiptTimes } from "../domain/receipt.ts";
import type { Target } from "../domain/subscription.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { toPartitionKey, toRowPrefix } from "./inbox-keys.ts";
import { toInboxHead } from "./inbox-row.ts";
import { openTable, readRow } from "./table.ts";

export interface InboxReceipts {
  /** By user id; who has no row of the notification is not in it. */
  read(userIds: readonly string[], notificationId: string): Promise<ReadonlyMap<string, ReceiptTimes>>;
}

/** A thousand people are fifty rounds. */
const READS_AT_ONCE = 20;

/** Opens the table of this account. */
export function openInboxReceipts(storage: StorageConnection): InboxReceipts {
  const table = openTable(storage, "Inbox");
  return {
    async read(userIds, notificationId) {
      const found = await inTurns([...new Set(userIds)], READS_AT_ONCE, async (userId) => {
        const target: Target = { kind: "user", userId };
        const prefix = toRowPrefix(target);
        const row = await readRow(table, toPartitionKey(target), prefix + notificationId);
        return row === undefined ? [] : [[userId, toInboxHead(row, prefix).receipts] as const];
      });
      return new Map(found.flat());
    },
  };
}
