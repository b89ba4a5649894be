/**
 * Inbox: one row per user and notification (bucket / `<user>|<id>`), one row per group notification
 * (`group:<group>` / id), and in a member's own range an overlay row that holds only their states of it.
 * Content is written with Merge and never names a state column: a re-run must not un-read.
 */
import type { TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import { type Reason, reasonSchema } from "../domain/audience.ts";
import { groupBy } from "../domain/group-by.ts";
import { toInboxBucket } from "../domain/inbox-bucket.ts";
import { type Notification, notificationSchema } from "../domain/notification.ts";
import { type ReceiptState, receiptStateSchema } from "../domain/receipt.ts";
import type { Target } from "../domain/subscription.ts";
import { openTable, readRange, submitRows, toKey, toPrefixEnd } from "./table.ts";

/** When each state was reached first (UTC). */
export type ReceiptTimes = Partial<Record<ReceiptState, string>>;

/** One row: content, states, or both; `changedAt` is the service's own time stamp. */
export interface InboxRow {
  id: string;
  notification: Notification | undefined;
  receipts: ReceiptTimes;
  changedAt: string;
}

export interface InboxTable {
  /** Writes one notification to several targets, a transaction per partition and 100 rows. */
  store(rows: readonly { target: Target; notification: Notification }[], instanceId: string): Promise<void>;
  /** A person's own rows with ids in [from, to], newest first. */
  readOwn(userId: string, ids?: { from: string; to: string }): Promise<InboxRow[]>;
  /** A group's rows, newest first. */
  readGroup(group: string): Promise<InboxRow[]>;
  /** Sets states of one person's notifications; ids that only a group row holds get an overlay row. */
  recordReceipts(
    userId: string,
    ids: ReadonlyMap<string, readonly ReceiptState[]>,
    at: string,
  ): Promise<void>;
}

const contentSchema = z.object({
  ...notificationSchema.omit({ id: true, reasons: true }).shape,
  reasons: z.string().transform((text): Reason[] => z.array(reasonSchema).parse(JSON.parse(text))),
  link: z.string().nullable().default(null),
});
const rowSchema = z.object({
  rowKey: z.string(),
  timestamp: z.string(),
  receivedAt: z.string().optional(),
  seenAt: z.string().optional(),
  readAt: z.string().optional(),
  archivedAt: z.string().optional(),
});

/** Opens the table behind `connectionString`. */
export function openInboxTable(connectionString: string): InboxTable {
  const table = openTable(connectionString, "Inbox");
  return {
    async store(rows, instanceId) {
      const partitions = groupBy(rows, ({ target }) => toPartitionKey(target));
      for (const [partitionKey, members] of partitions) {
        const actions = members.map(({ target, notification }): TransactionAction => {
          const rowKey = toRowKey(target, notification.id);
          return ["upsert", { partitionKey, rowKey, ...toColumns(notification, instanceId) }, "Merge"];
        });
        await submitRows(table, actions);
      }
    },
    async readOwn(userId, ids) {
      const prefix = `${toKey(userId)}|`;
      const partitionKey = toPartitionKey({ kind: "user", userId });
      const from = prefix + (ids?.from ?? "");
      const to = ids ? `${prefix}${ids.to}\u0001` : toPrefixEnd(prefix);
      const rows = await readRange(table, { partitionKey, from, to });
      return rows.map((row) => toInboxRow(row, prefix));
    },
    async readGroup(group) {
      const partitionKey = toPartitionKey({ kind: "group", group });
      const rows = await readRange(table, {
        partitionKey,
        from: "",
        to: toPrefixEnd(""),
        limit: MAX_GROUP_ROWS,
      });
      return rows.map((row) => toInboxRow(row, ""));
    },
    async recordReceipts(userId, ids, at) {
      const target: Target = { kind: "user", userId };
      const partitionKey = toPartitionKey(target);
      const actions = [...ids].map(([id, states]): TransactionAction => {
        const columns = Object.fromEntries(states.map((state) => [`${state}At`, at]));
        return ["upsert", { partitionKey, rowKey: toRowKey(target, id), ...columns }, "Merge"];
      });
      await submitRows(table, actions);
    },
  };
}

/** The newest rows of a group that a member is shown. */
const MAX_GROUP_ROWS = 1_000;

function toPartitionKey(target: Target): string {
  switch (target.kind) {
    case "user":
      return String(toInboxBucket(target.userId)).padStart(2, "0");
    case "group":
      return `group:${toKey(target.group)}`;
  }
}

function toRowKey(target: Target, id: string): string {
  return target.kind === "user" ? `${toKey(target.userId)}|${id}` : id;
}

function toColumns({ id: _id, reasons, link, ...columns }: Notification, instanceId: string) {
  return { ...columns, ...(link === null ? {} : { link }), reasons: JSON.stringify(reasons), instanceId };
}

function toInboxRow(row: unknown, prefix: string): InboxRow {
  const { rowKey, timestamp, ...times } = rowSchema.parse(row);
  const id = rowKey.slice(prefix.length);
  const content = contentSchema.safeParse(row);
  const receipts: ReceiptTimes = {};
  for (const state of receiptStateSchema.options) {
    const time = times[`${state}At`];
    if (time !== undefined) receipts[state] = time;
  }
  return {
    id,
    notification: content.success ? { ...content.data, id } : undefined,
    receipts,
    changedAt: new Date(timestamp).toISOString(),
  };
}
