/**
 * Old rows of the table Inbox: found by their ids, in which the time descends.
 *
 * A partition of people is walked by keys alone. What is newer than the limit is leapt over person by person, so a person
 * with a full inbox costs little more than their old rows do.
 */
import { odata } from "@azure/data-tables";
import { z } from "zod";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { deleteRows } from "./delete-rows.ts";
import { GROUP_PARTITION, toBucketPartition } from "./inbox-keys.ts";
import { openTable, type Table, toPrefixEnd } from "./table.ts";

/** What one run removed; `finished` is false when its time was up first. */
export type Expired = { removed: number; finished: boolean };

export interface InboxExpiry {
  /** Removes rows with ids greater than `bound` from one bucket of people. */
  expireBucket(bucket: number, bound: string, isTimeUp: () => boolean): Promise<Expired>;
  /** The same in the partitions of all groups. */
  expireGroups(bound: string, isTimeUp: () => boolean): Promise<Expired>;
}

type Key = { partitionKey: string; rowKey: string };

const keySchema = z.object({ partitionKey: z.string(), rowKey: z.string() });

/** Opens the table of this account. */
export function openInboxExpiry(storage: StorageConnection): InboxExpiry {
  const table = openTable(storage, "Inbox");
  return {
    async expireBucket(bucket, bound, isTimeUp) {
      const partitionKey = toBucketPartition(bucket);
      let removed = 0;
      for (let from: string | undefined = ""; from !== undefined;) {
        if (isTimeUp()) return { removed, finished: false };
        const keys = await readKeys(table, odata`PartitionKey eq ${partitionKey} and RowKey ge ${from}`);
        const old = keys.map(({ rowKey }) => rowKey).filter((rowKey) => toId(rowKey) > bound);
        removed += await deleteRows(table, partitionKey, old);
        from = keys.length < MAX_QUERY_ROWS ? undefined : toNext(keys.at(-1), bound);
      }
      return { removed, finished: true };
    },
    async expireGroups(bound, isTimeUp) {
      // What is found is deleted, so the same question finds the next.
      const filter = odata`PartitionKey ge ${GROUP_PARTITION} and PartitionKey lt ${toPrefixEnd(GROUP_PARTITION)} and RowKey gt ${bound}`;
      let removed = 0;
      for (;;) {
        if (isTimeUp()) return { removed, finished: false };
        const keys = await readKeys(table, filter);
        if (keys.length === 0) return { removed, finished: true };
        for (const partitionKey of new Set(keys.map((key) => key.partitionKey))) {
          const own = keys.filter((key) => key.partitionKey === partitionKey);
          removed += await deleteRows(
            table,
            partitionKey,
            own.map(({ rowKey }) => rowKey),
          );
        }
      }
    },
  };
}

/** The service returns at most this many rows a page. */
const MAX_QUERY_ROWS = 1_000;

async function readKeys(table: Table, filter: string): Promise<Key[]> {
  const queryOptions = { filter, select: ["PartitionKey", "RowKey"] };
  return table.run(async (client) => {
    const keys: Key[] = [];
    for await (const page of client.listEntities({ queryOptions }).byPage({ maxPageSize: MAX_QUERY_ROWS })) {
      keys.push(...page.map((row) => keySchema.parse(row)));
      if (keys.length >= MAX_QUERY_ROWS) break;
    }
    return keys;
  });
}

/** `<user>|<id>` → `<id>`. */
function toId(rowKey: string): string {
  return rowKey.slice(rowKey.indexOf("|") + 1);
}

/** Where the old rows of the person begin to whom the last key belongs, or what follows that key when it is old itself. */
function toNext(last: Key | undefined, bound: string): string | undefined {
  if (last === undefined) return undefined;
  const user = last.rowKey.slice(0, last.rowKey.indexOf("|") + 1);
  return toId(last.rowKey) > bound ? `${last.rowKey}\u0001` : user + bound;
}
