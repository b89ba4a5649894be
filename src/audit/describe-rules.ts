/** Says why a subscription asked for a notification, or which of its rules said no, with the values that decided. */
import type { ExclusionRule } from "../domain/audience.ts";
import type { OrderChange } from "../domain/order-change.ts";
import type { Subscription } from "../domain/subscription.ts";
import type { News } from "../domain/transition.ts";
import { toFieldWords, toKindWords, toListWords, toScopeWords } from "./timeline-words.ts";

/** Why somebody was told: what they follow, and what they had narrowed it to. */
export function describeMatch({ scope, rules, target }: Subscription, change: OrderChange): string {
  const wishes = toWishes(rules, change);
  const subject = target.kind === "group" ? "The group follows" : "Follows";
  const asked = wishes.length === 0 ? "with no further conditions" : `asked for ${toListWords(wishes)}`;
  return `${subject} ${toScopeWords(scope)}, ${asked}${rules.priority === "high" ? "; high priority" : ""}.`;
}

/** Why a subscription did not lead to a notification; `row` undefined: the record does not hold it. */
export function describeExclusion(
  { scope, rule, row }: { scope: string; rule: ExclusionRule; row: Subscription | undefined },
  o: { change: OrderChange; news: News; isRecipient: boolean },
): string {
  const reason = row ? toRefusal(rule, row, o) : toPlainRefusal(rule);
  const followed = `Follows ${toScopeWords(scope)}, but ${reason}.`;
  return o.isRecipient ? `${followed} Told all the same, because of another subscription.` : followed;
}

function toWishes(rules: Subscription["rules"], { coreFields, otherFields }: OrderChange): string[] {
  const { transitions, statuses, minimumAmount, fieldEquals = {} } = rules;
  return [
    ...(transitions ? [toListWords(transitions.map(toKindWords), "or")] : []),
    ...(statuses
      ? [`orders in status ${toListWords(statuses, "or")} (this one is ${coreFields["Status"] ?? "without"})`]
      : []),
    ...(minimumAmount === undefined
      ? []
      : [`orders of at least ${minimumAmount} (this one is ${coreFields["TotalAmount"] ?? "without"})`]),
    ...Object.entries(fieldEquals).map(
      ([field, value]) =>
        `orders whose ${toFieldWords(field)} is ${value} (this one: ${coreFields[field] ?? otherFields[field] ?? "none"})`,
    ),
  ];
}

function toRefusal(
  rule: ExclusionRule,
  { rules, preferences }: Subscription,
  { change: { coreFields, otherFields }, news }: { change: OrderChange; news: News },
): string {
  const kinds = toListWords(news.kinds.map(toKindWords));
  switch (rule) {
    case "transitions": {
      const asked = toListWords((rules.transitions ?? []).map(toKindWords), "or");
      return `asked only to hear of ${asked}; this is ${kinds}`;
    }
    case "statuses": {
      const asked = toListWords(rules.statuses ?? [], "or");
      return `asked for orders in status ${asked}; this one is ${coreFields["Status"] ?? "without a status"}`;
    }
    case "minimumAmount": {
      const amount = coreFields["TotalAmount"] ?? null;
      const found = amount === null ? "has no amount" : `is ${amount}`;
      return `asked for orders of at least ${rules.minimumAmount}, this one ${found}`;
    }
    case "fieldEquals": {
      const wanted = Object.entries(rules.fieldEquals ?? {}).map(([field, value]) => {
        const found = coreFields[field] ?? otherFields[field];
        return `the ${toFieldWords(field)} is ${value} (here it is ${found ?? "empty or unknown"})`;
      });
      return `asked for orders of which ${toListWords(wanted)}`;
    }
    case "mutedScope":
      return "had muted this";
    case "mutedTransition": {
      const muted = toListWords((preferences?.mutedTransitions ?? []).map(toKindWords));
      return `had muted such news (${muted}); this is ${kinds}`;
    }
  }
}

function toPlainRefusal(rule: ExclusionRule): string {
  switch (rule) {
    case "transitions":
      return "asked only to hear of other kinds of news";
    case "statuses":
      return "asked only for orders in other statuses";
    case "minimumAmount":
      return "asked only for orders of a higher amount";
    case "fieldEquals":
      return "asked only for orders with another value in a field";
    case "mutedScope":
      return "had muted this";
    case "mutedTransition":
      return "had muted such news";
  }
}
