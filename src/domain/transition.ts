/** What is new about an order: pure comparison of a change with the last known version. */
import { z } from "zod";
import {
  DELETED_FIELD,
  fieldValuesSchema,
  type FieldValues,
  instantSchema,
  isDeleted,
  type OrderChange,
} from "./order-change.ts";
import { toRouteFreeForm } from "./route-free-form.ts";

/** The kinds of news a subscription can ask for. */
export const transitionKindSchema = z.enum([
  "created",
  "activated",
  "statusChanged",
  "amountChanged",
  "ownerChanged",
  "deleted",
  "changed",
]);

/** One core field that differs from the last known version. */
export const fieldChangeSchema = z.object({
  field: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

/**
 * `news` is told to people; `silent` ends the orchestration, kept for the audit.
 *
 * `kinds` has the most telling kind first. `before` says what was known: `none` for a new order, `unknown` when the
 * order is older than our knowledge of it. `uncertain` marks two versions with one time stamp, taken as they arrived.
 */
export const transitionSchema = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("news"),
    kinds: z.array(transitionKindSchema).min(1),
    changes: z.array(fieldChangeSchema),
    before: z.enum(["known", "none", "unknown"]),
    uncertain: z.boolean(),
  }),
  z.object({ outcome: z.literal("silent"), reason: z.enum(["firstSeen", "unchanged", "stale"]) }),
]);

/** The last version of an order that we know; a baseline was read by the silent first poll and never claimed. */
export const knownOrderSchema = z.object({
  systemModstamp: instantSchema,
  coreFields: fieldValuesSchema,
  isBaseline: z.boolean(),
});

export type TransitionKind = z.infer<typeof transitionKindSchema>;
export type FieldChange = z.infer<typeof fieldChangeSchema>;
export type Transition = z.infer<typeof transitionSchema>;
export type News = Extract<Transition, { outcome: "news" }>;
export type KnownOrder = z.infer<typeof knownOrderSchema>;

/** An order whose stamp lies this close to its creation was just created (ms). */
const NEW_ORDER_WINDOW_MS = 5 * 60_000;

/** Compares a change with the last known version of its order (undefined: never seen). */
export function deriveTransition(before: KnownOrder | undefined, change: OrderChange): Transition {
  if (before === undefined || isUntold(before, change)) return deriveFirstTransition(change);
  // Both stamps are UTC with milliseconds, so text order is time order.
  if (change.systemModstamp < before.systemModstamp) return { outcome: "silent", reason: "stale" };
  const changes = compareFields(before.coreFields, change.coreFields);
  if (changes.length === 0) return { outcome: "silent", reason: "unchanged" };
  return {
    outcome: "news",
    kinds: toKinds(changes),
    changes,
    before: "known",
    uncertain: change.systemModstamp === before.systemModstamp,
  };
}

/**
 * Decides between two versions with the same stamp by the order as it is now; when it has moved on or is a third
 * version, the order of arrival stands and the news stays uncertain.
 */
export function settleEqualStamps(
  news: News,
  { change, known, current }: { change: OrderChange; known: KnownOrder; current: OrderChange },
): Transition {
  if (current.systemModstamp !== change.systemModstamp) return news;
  if (current.changeHash === change.changeHash) return { ...news, uncertain: false };
  const isKnown = compareFields(known.coreFields, current.coreFields).length === 0;
  return isKnown ? { outcome: "silent", reason: "stale" } : news;
}

/** Whether nothing that people could be told differs. */
export function hasSameValues(known: KnownOrder, change: OrderChange): boolean {
  return compareFields(known.coreFields, change.coreFields).length === 0;
}

/** Whether a change is the very version that is known already. */
export function isSameVersion(known: KnownOrder, change: OrderChange): boolean {
  return known.systemModstamp === change.systemModstamp && hasSameValues(known, change);
}

/** The first poll was silent about this very version, and Salesforce tells of it only now. */
function isUntold(before: KnownOrder, change: OrderChange): boolean {
  return before.isBaseline && change.route === "outboundMessage" && isSameVersion(before, change);
}

function deriveFirstTransition(change: OrderChange): Transition {
  // Nobody heard of the order while it lived.
  if (isDeleted(change.coreFields)) return { outcome: "silent", reason: "firstSeen" };
  const news = { outcome: "news", changes: [], uncertain: false } as const;
  if (isNewOrder(change)) return { ...news, changes: [], kinds: ["created"], before: "none" };
  // Without an earlier version nobody knows what is new about an old order that polling finds.
  if (change.route !== "outboundMessage") return { outcome: "silent", reason: "firstSeen" };
  return { ...news, changes: [], kinds: ["changed"], before: "unknown" };
}

function isNewOrder({ coreFields, systemModstamp, pollingSince }: OrderChange): boolean {
  const created = coreFields["CreatedDate"] ?? "";
  // However late polling finds it, an order that was created since it began is new.
  if (pollingSince !== undefined && created >= pollingSince) return true;
  return Date.parse(systemModstamp) - Date.parse(created) <= NEW_ORDER_WINDOW_MS;
}

/**
 * Core fields known on both sides whose values differ; a core field configured since the last version is no news.
 * Deletion and restoring are differences too, though only deleted orders have the field.
 */
function compareFields(before: FieldValues, after: FieldValues): FieldChange[] {
  return [...Object.keys(after), ...(isDeleted(before) && !isDeleted(after) ? [DELETED_FIELD] : [])]
    .filter((field) => field !== "SystemModstamp" && (field in before || field === DELETED_FIELD))
    .map((field) => ({ field, from: before[field] ?? null, to: after[field] ?? null }))
    .filter(({ from, to }) => toComparable(from) !== toComparable(to));
}

function toComparable(value: string | null): string | null {
  return value === null ? null : toRouteFreeForm(value);
}

const KIND_OF_FIELD: ReadonlyMap<string, TransitionKind> = new Map([
  ["Status", "statusChanged"],
  ["TotalAmount", "amountChanged"],
  ["OwnerId", "ownerChanged"],
]);

function toKinds(changes: readonly FieldChange[]): TransitionKind[] {
  const becomes = (field: string, value: string) =>
    changes.some((change) => change.field === field && change.to === value);
  const named = [...KIND_OF_FIELD]
    .filter(([field]) => changes.some((change) => change.field === field))
    .map(([, kind]) => kind);
  const kinds: TransitionKind[] = [
    ...(becomes(DELETED_FIELD, "true") ? ["deleted" as const] : []),
    ...(becomes("StatusCode", "Activated") ? ["activated" as const] : []),
    ...named,
  ];
  return kinds.length > 0 ? kinds : ["changed"];
}
