/** What an audit answers: the timeline of an orchestration, the verdict of an audit replay, and what-if. */
import { z } from "zod";
import { exclusionRuleSchema, reasonSchema } from "./audience.ts";
import { instantSchema, orderChangeSchema, salesforceIdSchema } from "./order-change.ts";
import { receiptStateSchema } from "./receipt.ts";
import { prioritySchema, scopeSchema, subscriptionSchema, targetSchema } from "./subscription.ts";
import { transitionSchema } from "./transition.ts";

/** Where the record was read: Durable's own history, or evidence that was archived. */
export const recordSourceSchema = z.enum(["history", "evidence"]);

/**
 * What came of re-running one orchestration over its record. `step` counts what the record says from 0 (its start);
 * `at` names that step in words; `recorded` and `now` stand side by side.
 */
export const verdictSchema = z.discriminatedUnion("verdict", [
  z.object({ verdict: z.literal("reproduced"), steps: z.int() }),
  z.object({
    verdict: z.literal("diverged"),
    step: z.int(),
    at: z.string(),
    recorded: z.unknown(),
    now: z.unknown(),
  }),
  z.object({ verdict: z.literal("incomplete"), missing: z.array(z.string()).min(1) }),
]);

/** The audit replay of an orchestration and of everything it started; the worst verdict is the whole's. */
export const replayReportSchema = z.object({
  instanceId: z.string(),
  source: recordSourceSchema,
  verdict: z.enum(["reproduced", "diverged", "incomplete"]),
  /** The code that decided then (null: the record does not say), and the code that re-ran it. */
  codeVersion: z.object({ recorded: z.string().nullable(), now: z.string() }),
  orchestrations: z
    .array(z.object({ instanceId: z.string(), name: z.string(), result: verdictSchema }))
    .min(1),
});

/** One line of a timeline, in words; `instanceId` leads to the orchestration it speaks of. */
export const timelineEntrySchema = z.object({
  /** Null where the record keeps no instant. */
  at: instantSchema.nullable(),
  kind: z.enum([
    "source",
    "transition",
    "decision",
    "delivery",
    "failure",
    "wait",
    "receipt",
    "escalation",
    "redrive",
    "page",
    "end",
  ]),
  text: z.string(),
  instanceId: z.string().optional(),
});

/** What became of one recipient: the ladder of the inbox above `stored` is what the client said. */
export const toldSchema = z.object({
  target: targetSchema,
  priority: prioritySchema,
  reasons: z.array(reasonSchema.extend({ text: z.string() })).min(1),
  outcome: z.enum(["pushed", "stored", "withheld", "quarantined", "failed", "unknown"]),
  outcomeText: z.string(),
  quietUntil: instantSchema.optional(),
  /** Null: the client said nothing, the row is gone, or the target is a group. */
  receipt: receiptStateSchema.nullable(),
});

/** Somebody who was not told, or a row of somebody who was told for another reason; `row` is the one that caused it. */
export const notToldSchema = z.object({
  target: targetSchema,
  isRecipient: z.boolean(),
  causes: z
    .array(
      z.object({
        scope: scopeSchema,
        rule: exclusionRuleSchema,
        text: z.string(),
        row: subscriptionSchema.nullable(),
      }),
    )
    .min(1),
});

/** One orchestration as a person reads it. Further pages of a large audience have timelines of their own. */
export const timelineSchema = z.object({
  instanceId: z.string(),
  name: z.string(),
  source: recordSourceSchema,
  status: z.string(),
  startedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  orderId: salesforceIdSchema.nullable(),
  notificationId: z.string().nullable(),
  /** One sentence that says how it ended. */
  headline: z.string(),
  change: orderChangeSchema.nullable(),
  transition: transitionSchema.nullable(),
  transitionText: z.string().nullable(),
  entries: z.array(timelineEntrySchema),
  told: z.array(toldSchema),
  notTold: z.array(notToldSchema),
});

/** The changes of one order, oldest first; `next` is the cursor for `after`. */
export const orderAuditSchema = z.object({
  orderId: salesforceIdSchema,
  changes: z.array(
    z.object({
      instanceId: z.string(),
      systemModstamp: instantSchema,
      /** Which route told of it first, and when. */
      route: z.string(),
      recordedAt: instantSchema,
      state: z.enum(["starting", "started"]),
      decidedAt: instantSchema.nullable(),
      transition: transitionSchema.nullable(),
      text: z.string(),
    }),
  ),
  evidence: z.array(z.object({ instanceId: z.string(), createdAt: instantSchema, sha256: z.string() })),
  next: z.string().nullable(),
});

export type RecordSource = z.infer<typeof recordSourceSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type ReplayReport = z.infer<typeof replayReportSchema>;
export type Timeline = z.infer<typeof timelineSchema>;
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export type Told = z.infer<typeof toldSchema>;
export type NotTold = z.infer<typeof notToldSchema>;
export type OrderAudit = z.infer<typeof orderAuditSchema>;
