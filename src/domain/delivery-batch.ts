/** The unit of delivery: up to 100 recipients of one notification. */
import { z } from "zod";
import { type Recipient, recipientSchema, toTargetKey } from "./audience.ts";
import { compareText } from "./compare-text.ts";
import { toInboxBucket } from "./inbox-bucket.ts";
import { type Announcement, announcementSchema } from "./notification.ts";
import { tracedSchema } from "./traced.ts";

/** One entity-group transaction holds 100 rows. */
export const MAX_BATCH_RECIPIENTS = 100;

export const deliveryBatchSchema = tracedSchema.extend({
  instanceId: z.string(),
  announcement: announcementSchema,
  recipients: z.array(recipientSchema).min(1).max(MAX_BATCH_RECIPIENTS),
  /** A group is told when nobody receives it: whoever of the page does, ends that. */
  escalates: z.literal(true).optional(),
});

/** What a finished batch did: rows written, and sends handed to SignalR (which promises nothing about receiving). */
export const batchReportSchema = z.object({
  stored: z.int(),
  pushed: z.int(),
  /** Not pushed, because of quiet hours: a summary is due. */
  withheld: z.int(),
});

export type DeliveryBatch = z.infer<typeof deliveryBatchSchema>;
export type BatchReport = z.infer<typeof batchReportSchema>;

/** Cuts recipients into batches in bucket order, so that R of them cost about R/100 + 16 transactions. */
export function toDeliveryBatches(
  instanceId: string,
  announcement: Announcement,
  recipients: readonly Recipient[],
): DeliveryBatch[] {
  const ordered = recipients.toSorted((a, b) => compareText(toDeliveryOrder(a), toDeliveryOrder(b)));
  const batches: DeliveryBatch[] = [];
  for (let start = 0; start < ordered.length; start += MAX_BATCH_RECIPIENTS) {
    batches.push({
      instanceId,
      announcement,
      recipients: ordered.slice(start, start + MAX_BATCH_RECIPIENTS),
    });
  }
  return batches;
}

function toDeliveryOrder({ target }: Recipient): string {
  const bucket = target.kind === "user" ? String(toInboxBucket(target.userId)).padStart(2, "0") : "group";
  return `${bucket}|${toTargetKey(target)}`;
}
