/**
 * Groups: membership as intervals that are never deleted, because an audit asks who was a member *then*.
 * Each interval stands twice: under the group, and under the user, whose inbox asks "which groups am I in".
 */
import { z } from "zod";
import { instantSchema } from "../domain/order-change.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { openTable, readRange, type Table, toKey, fromKey, toPrefixEnd } from "./table.ts";

/** A time in a group; still a member while `leftAt` is missing (UTC). */
export type Membership = { group: string; joinedAt: string; leftAt: string | undefined };

export interface GroupsTable {
  /** Opens an interval at `at`; a member stays one since they first joined. */
  join(group: string, userId: string, at: string): Promise<void>;
  /** Closes every open interval at `at`. */
  leave(group: string, userId: string, at: string): Promise<void>;
  /** Every interval of one person, open and closed. */
  listOfUser(userId: string): Promise<Membership[]>;
}

const rowSchema = z.object({ rowKey: z.string(), leftAt: instantSchema.optional() });

/** Opens the table of this account. */
export function openGroupsTable(storage: StorageConnection): GroupsTable {
  const table = openTable(storage, "Groups");
  const listOfUser = (userId: string) => listIntervals(table, toUserPartition(userId));
  const listOpen = async (group: string, userId: string) =>
    (await listOfUser(userId)).filter(
      (interval) => interval.group === group && interval.leftAt === undefined,
    );
  const write = async (userId: string, { group, joinedAt, leftAt }: Membership) => {
    const columns = leftAt === undefined ? {} : { leftAt };
    const rows = [
      { partitionKey: `group:${toKey(group)}`, rowKey: `${toKey(userId)}|${joinedAt}`, ...columns },
      { partitionKey: toUserPartition(userId), rowKey: `${toKey(group)}|${joinedAt}`, ...columns },
    ];
    // The user's row is last: it is the one that says the write is complete.
    for (const row of rows) await table.run((client) => client.upsertEntity(row, "Merge"));
  };
  return {
    async join(group, userId, at) {
      const open = await listOpen(group, userId);
      if (open.length === 0) await write(userId, { group, joinedAt: at, leftAt: undefined });
    },
    async leave(group, userId, at) {
      // Two joins at the same instant may both have opened one.
      for (const open of await listOpen(group, userId)) await write(userId, { ...open, leftAt: at });
    },
    listOfUser,
  };
}

function toUserPartition(userId: string): string {
  return `user:${toKey(userId)}`;
}

async function listIntervals(table: Table, partitionKey: string): Promise<Membership[]> {
  const rows = await readRange(table, { partitionKey, from: "", to: toPrefixEnd("") });
  return rows.map((row) => {
    const { rowKey, leftAt } = rowSchema.parse(row);
    const [group = "", joinedAt = ""] = rowKey.split("|");
    return { group: fromKey(group), joinedAt, leftAt };
  });
}
