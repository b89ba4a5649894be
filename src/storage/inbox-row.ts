/** What a row of the table Inbox holds, in the table's spelling and in ours. */
import { z } from "zod";
import { type Reason, reasonSchema } from "../domain/audience.ts";
import { type Notification, notificationSchema } from "../domain/notification.ts";
import { type ReceiptTimes, receiptStateSchema } from "../domain/receipt.ts";
import { transitionKindSchema } from "../domain/transition.ts";
import { jsonText } from "./table.ts";

/** The part of a row that counting and marking need; `changedAt` is the service's own time stamp. */
export interface InboxHead {
  id: string;
  /** Missing in an overlay row, which holds only a member's states of a group notification. */
  said: Pick<Notification, "transition" | "reasons"> | undefined;
  receipts: ReceiptTimes;
  /** Somebody else is told when nobody receives it. */
  escalates: boolean;
  changedAt: string;
}

/** One whole row: content, states, or both. */
export interface InboxRow extends InboxHead {
  notification: Notification | undefined;
}

const reasonsText = jsonText.pipe(z.array(reasonSchema));
const timeSchema = z.string().nullish();
const headSchema = z.object({
  rowKey: z.string(),
  timestamp: z.string(),
  receivedAt: timeSchema,
  seenAt: timeSchema,
  readAt: timeSchema,
  archivedAt: timeSchema,
  escalates: z.boolean().nullish(),
  transition: transitionKindSchema.nullish(),
  reasons: reasonsText.nullish(),
});
const contentSchema = z.object({
  ...notificationSchema.omit({ id: true, reasons: true }).shape,
  reasons: reasonsText,
  link: z.string().nullable().default(null),
});

/** The columns of a head, by the service's names. */
export const HEAD_COLUMNS = [
  "RowKey",
  "Timestamp",
  "escalates",
  "transition",
  "reasons",
  ...receiptStateSchema.options.map((state) => `${state}At`),
];

/** Reads the head of a row whose key is `prefix` and the notification's id. */
export function toInboxHead(row: unknown, prefix: string): InboxHead {
  const { rowKey, timestamp, escalates, transition, reasons, ...times } = headSchema.parse(row);
  const receipts: ReceiptTimes = {};
  for (const state of receiptStateSchema.options) {
    const time = times[`${state}At`];
    if (time != null) receipts[state] = time;
  }
  return {
    id: rowKey.slice(prefix.length),
    said: transition && reasons ? { transition, reasons } : undefined,
    receipts,
    escalates: escalates === true,
    changedAt: new Date(timestamp).toISOString(),
  };
}

/** Reads a whole row. */
export function toInboxRow(row: unknown, prefix: string): InboxRow {
  const head = toInboxHead(row, prefix);
  if (head.said === undefined) return { ...head, notification: undefined };
  return { ...head, notification: { ...contentSchema.parse(row), id: head.id } };
}

/** The columns that a notification is written to; none of them is a state. */
export function toColumns(
  { id: _id, reasons, link, ...columns }: Notification,
  o: { instanceId: string; escalates?: true | undefined },
) {
  return {
    ...columns,
    ...(link === null ? {} : { link }),
    ...(o.escalates ? { escalates: true } : {}),
    reasons: JSON.stringify(reasons satisfies Reason[]),
    instanceId: o.instanceId,
  };
}
