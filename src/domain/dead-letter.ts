/** What could not be delivered to one recipient, kept until somebody delivers it again. */
import { z } from "zod";
import { recipientSchema } from "./audience.ts";
import { deliveryBatchSchema, MAX_BATCH_RECIPIENTS } from "./delivery-batch.ts";
import { announcementSchema } from "./notification.ts";
import { instantSchema } from "./order-change.ts";
import { principalIdSchema } from "./subscription.ts";

/** A recipient who could not be reached: why, and how often it was tried. */
export const failedRecipientSchema = z.object({
  recipient: recipientSchema,
  cause: z.string(),
  attempts: z.int().positive(),
});

/** The input of the activity `quarantineRecipients`. */
export const quarantineRequestSchema = z.object({
  instanceId: z.string(),
  announcement: announcementSchema,
  failed: z.array(failedRecipientSchema).min(1).max(MAX_BATCH_RECIPIENTS),
});

/** Its result: for each failed recipient, whether the notification stands in the inbox although the push failed. */
export const quarantineReportSchema = z.object({ areStored: z.array(z.boolean()) });

/** The input of the orchestration `deliverFailedBatch`: the batch, and how it failed so far. */
export const failedBatchSchema = z.object({
  batch: deliveryBatchSchema,
  cause: z.string(),
  attempts: z.int().positive(),
});

/** One later delivery of a dead letter: when (UTC), which administrator asked for it, what came of it. */
export const redriveSchema = z.object({
  redrivenAt: instantSchema,
  redrivenBy: principalIdSchema,
  instanceId: z.string(),
  result: z.enum(["delivered", "failed"]),
  cause: z.string().optional(),
});

/** A dead letter as it is kept; `instanceId` is the orchestration that decided to tell the recipient. */
export const deadLetterSchema = failedRecipientSchema.extend({
  id: z.string(),
  instanceId: z.string(),
  announcement: announcementSchema,
  isStored: z.boolean(),
  redrives: z.array(redriveSchema),
});

/** At most so many letters are redriven by one orchestration. */
export const MAX_REDRIVE_LETTERS = 50;

/** The input of the orchestration `redriveDeadLetters`: which letters, and who asked. */
export const redriveInputSchema = z.object({
  ids: z.array(z.string()).min(1).max(MAX_REDRIVE_LETTERS),
  redrivenBy: principalIdSchema,
});

/** The result of the activity `loadDeadLetters`: those letters that nobody has delivered since. */
export const openLettersSchema = z.object({
  letters: z.array(
    deadLetterSchema.pick({ id: true, instanceId: true, announcement: true, recipient: true }),
  ),
});

/** The input of the activity `recordRedrives`. */
export const redriveRecordSchema = redriveSchema.pick({ redrivenBy: true, instanceId: true }).extend({
  results: z.array(redriveSchema.pick({ result: true, cause: true }).extend({ id: z.string() })),
});

/** The output of `redriveDeadLetters`; skipped are those that had been delivered in between. */
export const redriveOutcomeSchema = z.object({ delivered: z.int(), failed: z.int(), skipped: z.int() });

export type FailedRecipient = z.infer<typeof failedRecipientSchema>;
export type QuarantineRequest = z.infer<typeof quarantineRequestSchema>;
export type QuarantineReport = z.infer<typeof quarantineReportSchema>;
export type FailedBatch = z.infer<typeof failedBatchSchema>;
export type Redrive = z.infer<typeof redriveSchema>;
export type DeadLetter = z.infer<typeof deadLetterSchema>;
export type RedriveInput = z.infer<typeof redriveInputSchema>;
export type OpenLetters = z.infer<typeof openLettersSchema>;
export type OpenLetter = OpenLetters["letters"][number];
export type RedriveRecord = z.infer<typeof redriveRecordSchema>;
export type RedriveOutcome = z.infer<typeof redriveOutcomeSchema>;

/** True once a redrive has delivered it: then it is not redriven again. */
export function isRedriven({ redrives }: Pick<DeadLetter, "redrives">): boolean {
  return redrives.some(({ result }) => result === "delivered");
}
