/** The decision: which subscribers of a page get the news, which do not, and why. Pure and total. */
import { z } from "zod";
import { compareDecimals } from "./decimal.ts";
import { groupBy } from "./group-by.ts";
import { instantSchema, type OrderChange } from "./order-change.ts";
import { toRouteFreeForm } from "./route-free-form.ts";
import {
  type AppliedPreferences,
  escalationSchema,
  prioritySchema,
  scopeSchema,
  type Subscription,
  subscriptionSchema,
  type Target,
  targetSchema,
} from "./subscription.ts";
import type { News } from "./transition.ts";

/** Some of the subscriptions that match an order's scopes, never cut inside one target; `next` asks for the rest. */
export const audiencePageSchema = z.object({
  subscriptions: z.array(subscriptionSchema),
  next: z.string().nullable(),
});

/** Why someone gets a notification: the subscription's scope, and the group it came through. */
export const reasonSchema = z.object({
  scope: scopeSchema,
  group: z.string().optional(),
  /** The group is told because for so long nobody had received it. */
  escalatedAfterMinutes: z.int().optional(),
});

/** Someone who gets this notification, once, with every subscription that asked for it. */
export const recipientSchema = z.object({
  target: targetSchema,
  priority: prioritySchema,
  reasons: z.array(reasonSchema).min(1),
  /** In quiet hours until then: stored, but not pushed. */
  quietUntil: instantSchema.optional(),
  escalations: z.array(escalationSchema).min(1).optional(),
});

/** What can keep a subscription from asking for a notification. */
export const exclusionRuleSchema = z.enum([
  "transitions",
  "statuses",
  "minimumAmount",
  "fieldEquals",
  "mutedScope",
  "mutedTransition",
]);

/**
 * Subscriptions that did not ask for this notification, and the rule that said no. Every subscription of a page is
 * either a reason of a recipient or a cause here; `isRecipient` says that the target is told because of another one.
 */
export const exclusionSchema = z.object({
  target: targetSchema,
  causes: z.array(z.object({ scope: scopeSchema, rule: exclusionRuleSchema })).min(1),
  isRecipient: z.boolean(),
});

export type AudiencePage = z.infer<typeof audiencePageSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type Recipient = z.infer<typeof recipientSchema>;
export type ExclusionRule = z.infer<typeof exclusionRuleSchema>;
export type Exclusion = z.infer<typeof exclusionSchema>;

/** Decides over one page; the same target in several subscriptions becomes one recipient, or one exclusion. */
export function decideAudience(
  change: OrderChange,
  news: News,
  subscriptions: readonly Subscription[],
): { recipients: Recipient[]; exclusions: Exclusion[] } {
  const recipients: Recipient[] = [];
  const exclusions: Exclusion[] = [];
  for (const rows of groupBy(subscriptions, ({ target }) => toTargetKey(target)).values()) {
    const [first] = rows;
    if (first === undefined) continue;
    const verdicts = rows.map((row) => ({ row, rule: findFailedRule(row, change, news) }));
    const wanted = verdicts.filter(({ rule }) => rule === undefined).map(({ row }) => row);
    const causes = verdicts.flatMap(({ row, rule }) => (rule ? [{ scope: row.scope, rule }] : []));
    if (wanted.length > 0) recipients.push(toRecipient(first.target, wanted));
    if (causes.length > 0) exclusions.push({ target: first.target, causes, isRecipient: wanted.length > 0 });
  }
  return { recipients, exclusions };
}

/** One text per target, in which users and groups never collide. */
export function toTargetKey(target: Target): string {
  switch (target.kind) {
    case "user":
      return `user:${target.userId}`;
    case "group":
      return `group:${target.group}`;
  }
}

/** The first rule that says no, the person's own preferences last. */
function findFailedRule(
  { rules, preferences }: Subscription,
  change: OrderChange,
  news: News,
): ExclusionRule | undefined {
  const { transitions, statuses, minimumAmount, fieldEquals } = rules;
  if (transitions && !transitions.some((kind) => news.kinds.includes(kind))) return "transitions";
  if (statuses && !statuses.includes(change.coreFields["Status"] ?? "")) return "statuses";
  if (minimumAmount !== undefined && !reaches(change, minimumAmount)) return "minimumAmount";
  if (fieldEquals && !equals(change, fieldEquals)) return "fieldEquals";
  if (preferences?.isMuted) return "mutedScope";
  // Muted is what would be nothing but muted kinds: an order that was activated and has a new amount is still told.
  const muted = preferences?.mutedTransitions ?? [];
  return news.kinds.every((kind) => muted.includes(kind)) ? "mutedTransition" : undefined;
}

function reaches({ coreFields }: OrderChange, minimumAmount: string): boolean {
  const amount = coreFields["TotalAmount"] ?? null;
  return amount !== null && compareDecimals(amount, minimumAmount) >= 0;
}

function equals({ coreFields, otherFields }: OrderChange, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([field, value]) => {
    const found = coreFields[field] ?? otherFields[field];
    return found != null && toRouteFreeForm(found) === toRouteFreeForm(value);
  });
}

function toRecipient(target: Target, wanted: readonly Subscription[]): Recipient {
  const quietUntil = findQuietUntil(wanted);
  const escalations = wanted.flatMap(({ rules }) => rules.escalate ?? []);
  return {
    target,
    priority: wanted.some(({ rules }) => rules.priority === "high") ? "high" : "normal",
    reasons: wanted.map(({ scope }) =>
      target.kind === "group" ? { scope, group: target.group } : { scope },
    ),
    ...(quietUntil === undefined ? {} : { quietUntil }),
    ...(escalations.length === 0 ? {} : { escalations }),
  };
}

/** All rows of a person say the same; while a change of preferences is on its way, the newest of them counts. */
function findQuietUntil(rows: readonly Subscription[]): string | undefined {
  return rows
    .flatMap(({ preferences }) => preferences ?? [])
    .reduce<AppliedPreferences | undefined>(
      (newest, one) => (newest === undefined || one.version > newest.version ? one : newest),
      undefined,
    )?.quietUntil;
}
