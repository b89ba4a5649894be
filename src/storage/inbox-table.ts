/**
 * Inbox: one row per user and notification (bucket / `<user>|<id>`), one row per group notification
 * (`group:<group>` / id), and in a member's own range an overlay row that holds only their states of it.
 * Content is written with Merge and never names a state column: a re-run must not un-read.
 */
import { odata, type TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import { groupBy } from "../domain/group-by.ts";
import type { Notification } from "../domain/notification.ts";
import type { ReceiptState } from "../domain/receipt.ts";
import type { Target } from "../domain/subscription.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { deleteRows } from "./delete-rows.ts";
import { toPartitionKey, toRowPrefix } from "./inbox-keys.ts";
import {
  HEAD_COLUMNS,
  type InboxHead,
  type InboxRow,
  toColumns,
  toInboxHead,
  toInboxRow,
} from "./inbox-row.ts";
import { openTable, submitRows, type Table, toPrefixEnd } from "./table.ts";

/** Which rows of one target; ids sort newest first, so a slice begins with its newest row. */
export interface InboxSlice {
  /** Only ids greater than this one: what is older. */
  after?: string | undefined;
  /** Only ids from this one on. */
  from?: string | undefined;
  /** Only ids less than this one. */
  to?: string | undefined;
  /** Only rows whose time stamp is this or later (UTC). */
  changedSince?: string | undefined;
  /** At most so many. */
  limit?: number | undefined;
}

export interface InboxTable {
  /** Writes one notification to several targets, a transaction per partition and 100 rows. */
  store(
    rows: readonly { target: Target; notification: Notification; escalates?: true }[],
    instanceId: string,
  ): Promise<void>;
  /** Whole rows, newest first: one query per 1,000. */
  read(target: Target, slice: InboxSlice): Promise<InboxRow[]>;
  /** The same without title and text. */
  readHeads(target: Target, slice: InboxSlice): Promise<InboxHead[]>;
  /** Those of the named rows that are there: one query when they lie together, never more than there are names. */
  readNamed(target: Target, ids: readonly string[]): Promise<InboxRow[]>;
  /** Every row in a person's own range, newest first. */
  readOwn(userId: string): Promise<InboxRow[]>;
  /** Sets states of one person's notifications; ids that only a group row holds get an overlay row. */
  recordReceipts(
    userId: string,
    ids: ReadonlyMap<string, readonly ReceiptState[]>,
    at: string,
  ): Promise<void>;
  /** Removes every row in a person's own range; answers how many there were. */
  erase(userId: string): Promise<number>;
}

/** Opens the table of this account. */
export function openInboxTable(storage: StorageConnection): InboxTable {
  const table = openTable(storage, "Inbox");
  const read = async (target: Target, slice: InboxSlice) => {
    const rows = await querySlice(table, target, slice, undefined);
    return rows.map((row) => toInboxRow(row, toRowPrefix(target)));
  };
  return {
    async store(rows, instanceId) {
      for (const [partitionKey, members] of groupBy(rows, ({ target }) => toPartitionKey(target))) {
        const actions = members.map(({ target, notification, escalates }): TransactionAction => {
          const rowKey = toRowPrefix(target) + notification.id;
          const columns = toColumns(notification, { instanceId, escalates });
          return ["upsert", { partitionKey, rowKey, ...columns }, "Merge"];
        });
        await submitRows(table, actions);
      }
    },
    read,
    async readHeads(target, slice) {
      const rows = await querySlice(table, target, slice, HEAD_COLUMNS);
      return rows.map((row) => toInboxHead(row, toRowPrefix(target)));
    },
    async readNamed(target, ids) {
      const names = [...new Set(ids)].toSorted();
      const last = names.at(-1);
      const found: InboxRow[] = [];
      for (let rest = names; rest.length > 0;) {
        const rows = await read(target, { from: rest[0], to: `${last}\u0001`, limit: NAMED_ROWS });
        const wanted = new Set(rest);
        found.push(...rows.filter(({ id }) => wanted.has(id)));
        const end = rows.length < NAMED_ROWS ? undefined : rows.at(-1)?.id;
        // What lies between the names is leapt over.
        rest = end === undefined ? [] : rest.filter((id) => id > end);
      }
      return found;
    },
    readOwn: (userId) => read({ kind: "user", userId }, {}),
    async recordReceipts(userId, ids, at) {
      const target: Target = { kind: "user", userId };
      const partitionKey = toPartitionKey(target);
      const actions = [...ids].map(([id, states]): TransactionAction => {
        const columns = Object.fromEntries(states.map((state) => [`${state}At`, at]));
        return ["upsert", { partitionKey, rowKey: toRowPrefix(target) + id, ...columns }, "Merge"];
      });
      await submitRows(table, actions);
    },
    async erase(userId) {
      const target: Target = { kind: "user", userId };
      const rows = await querySlice(table, target, {}, ["RowKey"]);
      const rowKeys = rows.map((row) => keySchema.parse(row).rowKey);
      return deleteRows(table, toPartitionKey(target), rowKeys);
    },
  };
}

/** As many as a receipt names, so that a page of them is one query. */
const NAMED_ROWS = 100;

/** The service returns at most this many rows a page. */
const MAX_QUERY_ROWS = 1_000;

const keySchema = z.object({ rowKey: z.string() });

async function querySlice(
  table: Table,
  target: Target,
  { after, from = "", to, changedSince, limit = Number.POSITIVE_INFINITY }: InboxSlice,
  columns: string[] | undefined,
): Promise<unknown[]> {
  const prefix = toRowPrefix(target);
  const conditions = [
    odata`PartitionKey eq ${toPartitionKey(target)}`,
    after === undefined || after < from
      ? odata`RowKey ge ${prefix + from}`
      : odata`RowKey gt ${prefix + after}`,
    odata`RowKey lt ${to === undefined ? toPrefixEnd(prefix) : prefix + to}`,
    ...(changedSince === undefined ? [] : [odata`Timestamp ge ${new Date(changedSince)}`]),
  ];
  const queryOptions = { filter: conditions.join(" and "), ...(columns ? { select: columns } : {}) };
  return table.run(async (client) => {
    const rows: unknown[] = [];
    const maxPageSize = Math.min(limit, MAX_QUERY_ROWS);
    for await (const page of client.listEntities({ queryOptions }).byPage({ maxPageSize })) {
      rows.push(...page);
      if (rows.length >= limit) break;
    }
    return rows.slice(0, limit);
  });
}
