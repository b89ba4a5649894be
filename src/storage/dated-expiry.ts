/** Old rows of the tables whose partition keys begin with a day (UTC): Sightings and DeadLetters. */
import { z } from "zod";
import { groupBy } from "../domain/group-by.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { deleteRows } from "./delete-rows.ts";
import type { Expired } from "./inbox-expiry.ts";
import { openTable, readPartitions } from "./table.ts";

export interface DatedExpiry {
  /** Removes the partitions of the days before `day` (`2026-11-22`). */
  expireBefore(day: string, isTimeUp: () => boolean): Promise<Expired>;
}

const keySchema = z.object({ partitionKey: z.string(), rowKey: z.string() });

/** Opens the tables of this account. */
export function openDatedExpiry(storage: StorageConnection): DatedExpiry {
  const tables = ["Sightings", "DeadLetters"].map((name) => openTable(storage, name));
  return {
    async expireBefore(day, isTimeUp) {
      let removed = 0;
      for (const table of tables) {
        const range = { from: "", to: day, columns: ["PartitionKey", "RowKey"] };
        for await (const page of readPartitions(table, range)) {
          if (isTimeUp()) return { removed, finished: false };
          const keys = page.map((row) => keySchema.parse(row));
          for (const [partitionKey, rows] of groupBy(keys, (key) => key.partitionKey)) {
            removed += await deleteRows(
              table,
              partitionKey,
              rows.map(({ rowKey }) => rowKey),
            );
          }
        }
      }
      return { removed, finished: true };
    },
  };
}
