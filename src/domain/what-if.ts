/** What-if: recorded changes decided again, by proposed rows or by today's code; nothing is sent. */
import { z } from "zod";
import { instantSchema, salesforceIdSchema } from "./order-change.ts";
import {
  scopeSchema,
  type Subscription,
  subscriptionRulesSchema,
  type Target,
  targetSchema,
} from "./subscription.ts";
import { toSubscriptionKey } from "./subscription-lines.ts";

/** The most proposed rows of one request. */
export const MAX_PROPOSED_ROWS = 10_000;
/** The most orchestrations that one request looks at. */
export const MAX_ORCHESTRATIONS = 1_000;
/** The most targets, orders, targets of one order, and unread orchestrations that an answer names. */
export const MAX_NAMED = { targets: 1_000, orders: 200, orderTargets: 100, unread: 100 } as const;

/** A row that is put beside or in the place of the recorded one of the same scope and target, or takes it away. */
export type ProposedRow = { scope: string; target: Target; rules: Subscription["rules"] | "removed" };

/** A line of an import; with `removed` the row of this scope and target is gone. */
export const proposedRowSchema = subscriptionRulesSchema
  .safeExtend({ scope: scopeSchema, target: targetSchema, removed: z.literal(true).optional() })
  .transform(({ scope, target, removed, ...rules }): ProposedRow => {
    return { scope, target, rules: removed ? "removed" : rules };
  });

/** Any instant is understood; after the year 9999 its text would no longer sort. */
const anyInstantSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .refine((instant) => /^\d{4}-/.test(instant), { error: "is out of range" });

/**
 * The body of `POST /api/audit/what-if`. Without `subscriptions` today's code decides over the recorded rows; with them
 * each stands in for its recorded row or beside the others, and with `replaceAll` there are no other rows.
 */
export const whatIfRequestSchema = z
  .strictObject({
    /** Orchestrations that were started from then (UTC)… */
    from: anyInstantSchema,
    /** …up to then, and have ended. */
    to: anyInstantSchema,
    limit: z.int().min(1).max(MAX_ORCHESTRATIONS).default(MAX_ORCHESTRATIONS),
    subscriptions: z.array(proposedRowSchema).max(MAX_PROPOSED_ROWS).optional(),
    replaceAll: z.boolean().default(false),
    /** The `next` of the answer before, with all else the same. */
    after: z.string().max(8_192).optional(),
  })
  .refine(({ from, to }) => from < to, { path: ["to"], error: "must be after `from`" })
  .refine(({ subscriptions, replaceAll }) => !replaceAll || subscriptions !== undefined, {
    path: ["replaceAll"],
    error: "needs `subscriptions`",
  })
  .superRefine(({ subscriptions = [] }, context) => {
    const seen = new Map<string, number>();
    for (const [index, { scope, target }] of subscriptions.entries()) {
      const key = toSubscriptionKey(scope, target);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, index);
      else {
        const message = `has scope and target of subscriptions.${first}`;
        context.addIssue({ code: "custom", path: ["subscriptions", index], message });
      }
    }
  });

/** What differs for somebody who was told and would be told: rung now or no longer, priority, whom to tell next. */
export const differenceKindSchema = z.enum(["pushed", "withheld", "priority", "escalation"]);

/** `preferencesUnknown`: the record says nothing of this person's mutes and quiet hours, so none were applied. */
const affectedSchema = z.object({ target: targetSchema, preferencesUnknown: z.literal(true).optional() });

/** One order for which something would differ. */
export const orderDifferenceSchema = z.object({
  orderId: salesforceIdSchema,
  instanceId: z.string(),
  decidedAt: instantSchema,
  gained: z.array(affectedSchema),
  lost: z.array(affectedSchema),
  changed: z.array(affectedSchema.extend({ differences: z.array(differenceKindSchema).min(1) })),
  /** There are more than an answer names. */
  cut: z.boolean(),
});

const countsSchema = z.object({
  /** Notifications that were decided, and that would be; one per order change and target. */
  recorded: z.int(),
  now: z.int(),
  gained: z.int(),
  lost: z.int(),
  changed: z.int(),
  same: z.int(),
  /** Of `now`: decided without the person's preferences, of which the record says nothing. */
  preferencesUnknown: z.int(),
});

/** The answer; lists name what differs only, those with most of it first. */
export const whatIfAnswerSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  codeVersion: z.object({ recorded: z.array(z.string()), now: z.string() }),
  /** Silent changes told nobody and are not decided; `unread` could not be. */
  orchestrations: z.object({ lookedAt: z.int(), decided: z.int(), silent: z.int(), unread: z.int() }),
  totals: countsSchema,
  targets: z.array(countsSchema.extend({ target: targetSchema })),
  targetsCut: z.boolean(),
  orders: z.array(orderDifferenceSchema),
  ordersCut: z.boolean(),
  unread: z.array(z.object({ instanceId: z.string(), reason: z.string() })),
  /** Where the next request goes on (`after`); null at the end of the period. */
  next: z.string().nullable(),
});

export type WhatIfRequest = z.infer<typeof whatIfRequestSchema>;
export type WhatIfCounts = z.infer<typeof countsSchema>;
export type DifferenceKind = z.infer<typeof differenceKindSchema>;
export type OrderDifference = z.infer<typeof orderDifferenceSchema>;
export type WhatIfAnswer = z.infer<typeof whatIfAnswerSchema>;
