/** The outcome of an orchestration: what was decided and what was done. */
import { z } from "zod";
import { exclusionSchema } from "./audience.ts";
import { claimSchema, orderChangeInputSchema } from "./claim.ts";
import { batchReportSchema } from "./delivery-batch.ts";
import { instantSchema, salesforceIdSchema } from "./order-change.ts";
import { notificationIdSchema } from "./notification-id.ts";
import { targetSchema } from "./subscription.ts";
import { transitionSchema } from "./transition.ts";

/** How one batch ended; a failed one names the people it was for, so that nobody is lost silently. */
export const batchOutcomeSchema = z.discriminatedUnion("outcome", [
  batchReportSchema.extend({ outcome: z.literal("delivered") }),
  z.object({ outcome: z.literal("failed"), cause: z.string(), targets: z.array(targetSchema) }),
]);

/** What happened to one page of the audience. */
export const pageManifestSchema = z.object({
  recipients: z.int(),
  exclusions: z.array(exclusionSchema),
  batches: z.array(batchOutcomeSchema),
  next: z.string().nullable(),
});

/** The input of the sub-orchestration `notifyAudiencePage`: everything that was decided, and where to go on. */
export const audiencePageInputSchema = orderChangeInputSchema.extend({
  claim: claimSchema,
  rootInstanceId: z.string(),
  after: z.string(),
});

/** Sums over all pages. */
export const deliveryCountsSchema = z.object({
  pages: z.int(),
  recipients: z.int(),
  excluded: z.int(),
  stored: z.int(),
  pushed: z.int(),
  failedBatches: z.int(),
});

/** The output of `notifyOrderChange`; later pages keep their own manifests in their sub-orchestrations. */
export const manifestSchema = z.object({
  orderId: salesforceIdSchema,
  decidedAt: instantSchema,
  transition: transitionSchema,
  outcome: z.enum(["silent", "completed", "completedWithFailures"]),
  notificationId: notificationIdSchema.nullable(),
  firstPage: pageManifestSchema.nullable(),
  counts: deliveryCountsSchema,
});

export type BatchOutcome = z.infer<typeof batchOutcomeSchema>;
export type PageManifest = z.infer<typeof pageManifestSchema>;
export type DeliveryCounts = z.infer<typeof deliveryCountsSchema>;
export type Manifest = z.infer<typeof manifestSchema>;

/** Adds one page to the sums. */
export function addPage(counts: DeliveryCounts, page: PageManifest): DeliveryCounts {
  const delivered = page.batches.filter((batch) => batch.outcome === "delivered");
  return {
    pages: counts.pages + 1,
    recipients: counts.recipients + page.recipients,
    excluded: counts.excluded + page.exclusions.length,
    stored: counts.stored + delivered.reduce((sum, batch) => sum + batch.stored, 0),
    pushed: counts.pushed + delivered.reduce((sum, batch) => sum + batch.pushed, 0),
    failedBatches: counts.failedBatches + page.batches.length - delivered.length,
  };
}

/** Before any page. */
export const NO_COUNTS: DeliveryCounts = {
  pages: 0,
  recipients: 0,
  excluded: 0,
  stored: 0,
  pushed: 0,
  failedBatches: 0,
};
