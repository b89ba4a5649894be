/** What is new about an order: pure comparison of a change with the last known version. */
import { z } from "zod";
import { fieldValuesSchema, type FieldValues, instantSchema, type OrderChange } from "./order-change.ts";

/** The kinds of news a subscription can ask for. */
export const transitionKindSchema = z.enum([
  "created",
  "activated",
  "statusChanged",
  "amountChanged",
  "ownerChanged",
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

/** The last version of an order we claimed. */
export const knownOrderSchema = z.object({ systemModstamp: instantSchema, coreFields: fieldValuesSchema });

export type TransitionKind = z.infer<typeof transitionKindSchema>;
export type FieldChange = z.infer<typeof fieldChangeSchema>;
export type Transition = z.infer<typeof transitionSchema>;
export type News = Extract<Transition, { outcome: "news" }>;
export type KnownOrder = z.infer<typeof knownOrderSchema>;

/** An order whose stamp lies this close to its creation was just created (ms). */
const NEW_ORDER_WINDOW_MS = 5 * 60_000;

/** Compares a change with the last known version of its order (undefined: never seen). */
export function deriveTransition(before: KnownOrder | undefined, change: OrderChange): Transition {
  if (before === undefined) return deriveFirstTransition(change);
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

function deriveFirstTransition(change: OrderChange): Transition {
  const created = Date.parse(change.coreFields["CreatedDate"] ?? "");
  const isNew = Date.parse(change.systemModstamp) - created <= NEW_ORDER_WINDOW_MS;
  const news = { outcome: "news", changes: [], uncertain: false } as const;
  if (isNew) return { ...news, changes: [], kinds: ["created"], before: "none" };
  // A first poll must not tell everyone about every old order.
  if (change.route === "poll") return { outcome: "silent", reason: "firstSeen" };
  return { ...news, changes: [], kinds: ["changed"], before: "unknown" };
}

/** Core fields known on both sides whose values differ; a core field configured since the last version is no news. */
function compareFields(before: FieldValues, after: FieldValues): FieldChange[] {
  return Object.keys(after)
    .filter((field) => field !== "SystemModstamp" && field in before)
    .map((field) => ({ field, from: before[field] ?? null, to: after[field] ?? null }))
    .filter(({ from, to }) => from !== to);
}

const KIND_OF_FIELD: ReadonlyMap<string, TransitionKind> = new Map([
  ["Status", "statusChanged"],
  ["TotalAmount", "amountChanged"],
  ["OwnerId", "ownerChanged"],
]);

function toKinds(changes: readonly FieldChange[]): TransitionKind[] {
  const activated = changes.some(({ field, to }) => field === "StatusCode" && to === "Activated");
  const named = [...KIND_OF_FIELD]
    .filter(([field]) => changes.some((change) => change.field === field))
    .map(([, kind]) => kind);
  const kinds: TransitionKind[] = activated ? ["activated", ...named] : named;
  return kinds.length > 0 ? kinds : ["changed"];
}
