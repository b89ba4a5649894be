/** What the rows of the outbound-message queue hold, and how notifications are named. */
import { z } from "zod";
import { toSalesforceId } from "./salesforce-id.ts";

/** Reads a notification that waits to be acknowledged. */
export const notificationRowSchema = z.object({
  orderId: z.string(),
  queuedAtMs: z.number(),
  /** When it may be sent next. */
  dueAtMs: z.number(),
  failures: z.int(),
  /** Why the latest attempt failed; null before the first failure. */
  reason: z.string().nullable(),
});
/** A notification that waits to be acknowledged. */
export type NotificationRow = z.infer<typeof notificationRowSchema>;

/** A waiting notification under its number; numbers grow. */
export interface PendingNotification extends NotificationRow {
  readonly number: number;
}

/** Reads a key of the index by time: when it is due, and its number. */
export const dueKeySchema = z.tuple([z.number(), z.int()]);

/** Reads a notification that was given up. */
export const droppedNotificationSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  /** Instants in UTC. */
  queuedAt: z.string(),
  droppedAt: z.string(),
  failures: z.int(),
  reason: z.string(),
});
/** A notification that was given up, as the list of failures keeps it. */
export type DroppedNotification = z.infer<typeof droppedNotificationSchema>;

/** Reads what is kept of the queue as a whole. */
export const queueTotalsSchema = z.object({
  lastNumber: z.int(),
  pending: z.int(),
  acknowledged: z.int(),
  dropped: z.int(),
  /** Saves before this instant are none of the queue's business. */
  activatedAtMs: z.number(),
  /** The newest first. */
  latestDropped: z.array(droppedNotificationSchema),
});
/** What is kept of the queue as a whole. */
export type QueueTotals = z.infer<typeof queueTotalsSchema>;

/** The id of a notification, the same in all attempts. */
export function toNotificationId(number: number): string {
  return toSalesforceId("04l", number);
}

/** What is kept of a notification that is dropped now. */
export function toDropped(row: PendingNotification, nowMs: number): DroppedNotification {
  return {
    id: toNotificationId(row.number),
    orderId: row.orderId,
    queuedAt: new Date(row.queuedAtMs).toISOString(),
    droppedAt: new Date(nowMs).toISOString(),
    failures: row.failures,
    reason: row.reason ?? "It was never sent",
  };
}

/** What to add to the totals. */
export type MoreTotals = Partial<Pick<QueueTotals, "lastNumber" | "pending" | "acknowledged" | "dropped">>;

/** The totals with more of something. */
export function addTotals(totals: QueueTotals, more: MoreTotals): QueueTotals {
  const { lastNumber = 0, pending = 0, acknowledged = 0, dropped = 0 } = more;
  return {
    ...totals,
    lastNumber: totals.lastNumber + lastNumber,
    pending: totals.pending + pending,
    acknowledged: totals.acknowledged + acknowledged,
    dropped: totals.dropped + dropped,
  };
}

/** A saved order and the mark of the version that was saved. */
export interface MarkedOrder {
  readonly orderId: string;
  readonly mark: string;
}
