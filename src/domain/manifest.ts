/** The outcome of an orchestration: what was decided and what was done. */
import { z } from "zod";
import { exclusionSchema } from "./audience.ts";
import { claimSchema, orderChangeInputSchema } from "./claim.ts";
import { batchReportSchema } from "./delivery-batch.ts";
import { instantSchema, salesforceIdSchema } from "./order-change.ts";
import { notificationIdSchema } from "./notification-id.ts";
import { escalationSchema, targetSchema } from "./subscription.ts";
import { transitionSchema } from "./transition.ts";

/** So many different causes are named; each dead letter holds its own. */
export const MAX_CAUSES = 5;

/**
 * What the orchestration `deliverFailedBatch` did. The quarantined could not be reached, though some may have been sent
 * it; `isStored` says that the notification stands in their inbox all the same (and counts as stored).
 */
export const splitReportSchema = batchReportSchema.extend({
  quarantined: z.array(z.object({ target: targetSchema, isStored: z.boolean() })),
  causes: z.array(z.string()).max(MAX_CAUSES),
});

/**
 * How one batch ended: as a whole, apart, or not even that (then nobody of it was put into quarantine, and the people it
 * was for are named here, so that nobody is lost silently).
 */
export const batchOutcomeSchema = z.discriminatedUnion("outcome", [
  batchReportSchema.extend({ outcome: z.literal("delivered") }),
  splitReportSchema.extend({ outcome: z.literal("split") }),
  z.object({ outcome: z.literal("failed"), cause: z.string(), targets: z.array(targetSchema) }),
]);

/** What happened to one page of the audience. */
export const pageManifestSchema = z.object({
  recipients: z.int(),
  exclusions: z.array(exclusionSchema),
  /** Recipients in quiet hours: stored, not pushed. */
  withheld: z.int(),
  /** Whom to tell when nobody receives it, each once. */
  escalations: z.array(escalationSchema),
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
  withheld: z.int(),
  stored: z.int(),
  pushed: z.int(),
  quarantined: z.int(),
  /** Batches in which somebody could not be reached. */
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

export type SplitReport = z.infer<typeof splitReportSchema>;
export type BatchOutcome = z.infer<typeof batchOutcomeSchema>;
export type PageManifest = z.infer<typeof pageManifestSchema>;
export type DeliveryCounts = z.infer<typeof deliveryCountsSchema>;
export type Manifest = z.infer<typeof manifestSchema>;

/** Adds one page to the sums. */
export function addPage(counts: DeliveryCounts, page: PageManifest): DeliveryCounts {
  const totals = page.batches.map(toTotals);
  return {
    pages: counts.pages + 1,
    recipients: counts.recipients + page.recipients,
    excluded: counts.excluded + page.exclusions.filter(({ isRecipient }) => !isRecipient).length,
    withheld: counts.withheld + page.withheld,
    stored: totals.reduce((sum, { stored }) => sum + stored, counts.stored),
    pushed: totals.reduce((sum, { pushed }) => sum + pushed, counts.pushed),
    quarantined: totals.reduce((sum, { quarantined }) => sum + quarantined, counts.quarantined),
    failedBatches: counts.failedBatches + totals.filter(({ isFailed }) => isFailed).length,
  };
}

function toTotals(batch: BatchOutcome) {
  switch (batch.outcome) {
    case "delivered":
      return { stored: batch.stored, pushed: batch.pushed, quarantined: 0, isFailed: false };
    case "split": {
      const quarantined = batch.quarantined.length;
      return { stored: batch.stored, pushed: batch.pushed, quarantined, isFailed: quarantined > 0 };
    }
    case "failed":
      return { stored: 0, pushed: 0, quarantined: 0, isFailed: true };
  }
}

/** Before any page. */
export const NO_COUNTS: DeliveryCounts = {
  pages: 0,
  recipients: 0,
  excluded: 0,
  withheld: 0,
  stored: 0,
  pushed: 0,
  quarantined: 0,
  failedBatches: 0,
};
