/** The decision: which subscribers of a page get the news, which do not, and why. Pure and total. */
import { z } from "zod";
import { compareDecimals } from "./decimal.ts";
import { groupBy } from "./group-by.ts";
import type { OrderChange } from "./order-change.ts";
import {
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
export const reasonSchema = z.object({ scope: scopeSchema, group: z.string().optional() });

/** Someone who gets this notification, once, with every subscription that asked for it. */
export const recipientSchema = z.object({
  target: targetSchema,
  priority: prioritySchema,
  reasons: z.array(reasonSchema).min(1),
});

/** Someone who follows the order in some way but does not get this notification, and which rule said no. */
export const exclusionSchema = z.object({
  target: targetSchema,
  causes: z
    .array(z.object({ scope: scopeSchema, rule: z.enum(["transitions", "statuses", "minimumAmount"]) }))
    .min(1),
});

export type AudiencePage = z.infer<typeof audiencePageSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type Recipient = z.infer<typeof recipientSchema>;
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
    if (wanted.length > 0) recipients.push(toRecipient(first.target, wanted));
    else {
      const causes = verdicts.flatMap(({ row, rule }) => (rule ? [{ scope: row.scope, rule }] : []));
      exclusions.push({ target: first.target, causes });
    }
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

function findFailedRule({ rules }: Subscription, change: OrderChange, news: News) {
  const { transitions, statuses, minimumAmount } = rules;
  if (transitions && !transitions.some((kind) => news.kinds.includes(kind))) return "transitions" as const;
  if (statuses && !statuses.includes(change.coreFields["Status"] ?? "")) return "statuses" as const;
  if (minimumAmount === undefined) return undefined;
  const amount = change.coreFields["TotalAmount"] ?? null;
  const reached = amount !== null && compareDecimals(amount, minimumAmount) >= 0;
  return reached ? undefined : ("minimumAmount" as const);
}

function toRecipient(target: Target, wanted: readonly Subscription[]): Recipient {
  return {
    target,
    priority: wanted.some(({ rules }) => rules.priority === "high") ? "high" : "normal",
    reasons: wanted.map(({ scope }) =>
      target.kind === "group" ? { scope, group: target.group } : { scope },
    ),
  };
}
