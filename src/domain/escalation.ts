/** "If nobody has received it after so many minutes, tell that group": what an escalation is told, does and ends with. */
import { z } from "zod";
import type { Recipient } from "./audience.ts";
import { compareText } from "./compare-text.ts";
import { type Announcement, announcementSchema } from "./notification.ts";
import { instantSchema } from "./order-change.ts";
import { type Escalation, escalationSchema, principalIdSchema, targetSchema } from "./subscription.ts";
import { traceparentSchema } from "./traced.ts";

/** The event that ends an escalation; its value is `receivedSchema`. */
export const RECEIVED_EVENT = "received";

/** Each group costs a timer and an activity, about eight events: more groups would make too long a history. */
export const MAX_ESCALATION_GROUPS = 100;

/** The input of the activity `startEscalation`, and what the orchestration `escalateNotification` waits with. */
export const escalationRequestSchema = z.strictObject({
  announcement: announcementSchema,
  escalations: z.array(escalationSchema).min(1).max(MAX_ESCALATION_GROUPS),
  /** Groups beyond the most that one notification tells. */
  leftOut: z.int().nonnegative().default(0),
  rootInstanceId: z.string(),
  traceparent: traceparentSchema.exactOptional(),
});

/** Somebody received the notification then. */
export const receivedSchema = z.object({ at: instantSchema });

/** A receipt can come before the escalation is started: it takes its place, so that it never starts. */
export const earlyReceiptSchema = z.strictObject({ receivedAt: instantSchema });

/** The input of the orchestration `escalateNotification`. */
export const escalationInputSchema = z.union([earlyReceiptSchema, escalationRequestSchema]);

const endedSchema = z.object({
  /** Told before it ended. */
  groups: z.array(principalIdSchema),
  /** Could not be told; they stand in DeadLetters. */
  failed: z.array(z.object({ target: targetSchema, cause: z.string() })),
});

/** How an escalation ended. */
export const escalationOutcomeSchema = z.discriminatedUnion("outcome", [
  endedSchema.extend({ outcome: z.literal("received"), at: instantSchema }),
  endedSchema.extend({ outcome: z.literal("escalated") }),
]);

export type EscalationRequest = z.infer<typeof escalationRequestSchema>;
export type EscalationOutcome = z.infer<typeof escalationOutcomeSchema>;

/** Each group once, at the earliest time that a subscription asks for; earliest first. */
export function toEarliestEscalations(escalations: readonly Escalation[]): Escalation[] {
  const ordered = escalations.toSorted(compareEscalations);
  const byGroup = new Map<string, Escalation>();
  for (const escalation of ordered) {
    if (!byGroup.has(escalation.group)) byGroup.set(escalation.group, escalation);
  }
  return [...byGroup.values()];
}

/** What to start an escalation with; undefined when no subscription asks for one. */
export function toEscalationRequest(
  announcement: Announcement,
  escalations: readonly Escalation[],
  rootInstanceId: string,
): EscalationRequest | undefined {
  const all = toEarliestEscalations(escalations);
  if (all.length === 0) return undefined;
  const told = all.slice(0, MAX_ESCALATION_GROUPS);
  return { announcement, escalations: told, leftOut: all.length - told.length, rootInstanceId };
}

/** The group, told with the reason; it is a reason of its own, so it names the order, not a subscription. */
export function toEscalationRecipient(
  { orderId }: Announcement,
  { group, afterMinutes }: Escalation,
): Recipient {
  const reason = { scope: `order:${orderId}`, group, escalatedAfterMinutes: afterMinutes };
  return { target: { kind: "group", group }, priority: "high", reasons: [reason] };
}

/** The instant so many minutes after `at`. */
export function addMinutes(at: string, minutes: number): Date {
  return new Date(Date.parse(at) + minutes * 60_000);
}

/** By time, then by group: the same order in every replay. */
function compareEscalations(a: Escalation, b: Escalation): number {
  return a.afterMinutes - b.afterMinutes || compareText(a.group, b.group);
}
