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

/** A redrive has the letter in hand: which orchestration, and since when (UTC). */
export const letterClaimSchema = z.object({ claimedBy: z.string(), claimedAt: z.string() });

/** A dead letter as it is kept; `instanceId` is the orchestration that decided to tell the recipient. */
export const deadLetterSchema = failedRecipientSchema.extend({
  id: z.string(),
  instanceId: z.string(),
  announcement: announcementSchema,
  isStored: z.boolean(),
  redrives: z.array(redriveSchema),
  claim: letterClaimSchema.optional(),
});

/** At most so many letters are redriven by one orchestration. */
export const MAX_REDRIVE_LETTERS = 50;

/** The input of the orchestration `redriveDeadLetters`: which letters, and who asked. */
export const redriveInputSchema = z.object({
  ids: z.array(z.string()).min(1).max(MAX_REDRIVE_LETTERS),
  redrivenBy: principalIdSchema,
});

/** The input of the activity `loadDeadLetters`: which letters, and the redrive that claims them. */
export const lettersRequestSchema = redriveInputSchema
  .pick({ ids: true })
  .extend({ instanceId: z.string().min(1) });

/** Its result: those letters that nobody has delivered since, nor another redrive has in hand. */
export const openLettersSchema = z.object({
  letters: z.array(
    deadLetterSchema.pick({ id: true, instanceId: true, announcement: true, recipient: true }),
  ),
});

/** The input of the activity `recordRedrives`. */
export const redriveRecordSchema = redriveSchema.pick({ redrivenBy: true, instanceId: true }).extend({
  results: z.array(redriveSchema.pick({ result: true, cause: true }).extend({ id: z.string() })),
});

/** The output of `redriveDeadLetters`; skipped are those that were delivered in between or are in other hands. */
export const redriveOutcomeSchema = z.object({ delivered: z.int(), failed: z.int(), skipped: z.int() });

export type FailedRecipient = z.infer<typeof failedRecipientSchema>;
export type QuarantineRequest = z.infer<typeof quarantineRequestSchema>;
export type QuarantineReport = z.infer<typeof quarantineReportSchema>;
export type FailedBatch = z.infer<typeof failedBatchSchema>;
export type Redrive = z.infer<typeof redriveSchema>;
export type LetterClaim = z.infer<typeof letterClaimSchema>;
export type DeadLetter = z.infer<typeof deadLetterSchema>;
export type RedriveInput = z.infer<typeof redriveInputSchema>;
export type LettersRequest = z.infer<typeof lettersRequestSchema>;
export type OpenLetters = z.infer<typeof openLettersSchema>;
export type OpenLetter = OpenLetters["letters"][number];
export type RedriveRecord = z.infer<typeof redriveRecordSchema>;
export type RedriveOutcome = z.infer<typeof redriveOutcomeSchema>;

/** True once a redrive has delivered it: then it is not redriven again. */
export function isRedriven({ redrives }: Pick<DeadLetter, "redrives">): boolean {
  return redrives.some(({ result }) => result === "delivered");
}

/** Longer than any redrive works, in ms: after it, a claim is taken for forgotten. */
const CLAIM_LIFE_MS = 3_600_000;

/** Who else has the letter in hand; undefined when nobody has, or for so long that they must have stopped. */
export function findRival(
  { claim }: Pick<DeadLetter, "claim">,
  instanceId: string,
  now: Date,
): string | undefined {
  if (claim === undefined || claim.claimedBy === instanceId) return undefined;
  return now.getTime() - Date.parse(claim.claimedAt) < CLAIM_LIFE_MS ? claim.claimedBy : undefined;
}
