/** Decides a recorded change again and compares, target by target. Pure. */
import { decideAudience, type Recipient, toTargetKey } from "../domain/audience.ts";
import { groupBy } from "../domain/group-by.ts";
import type { OrderChange } from "../domain/order-change.ts";
import {
  type AppliedPreferences,
  type Scope,
  type Subscription,
  type Target,
  toScopes,
} from "../domain/subscription.ts";
import { toSubscriptionKey } from "../domain/subscription-lines.ts";
import type { News } from "../domain/transition.ts";
import type { DifferenceKind, ProposedRow } from "../domain/what-if.ts";

/** A decision as the record holds it: all rows of all pages, and who was told. */
export type RecordedDecision = {
  instanceId: string;
  change: OrderChange;
  news: News;
  decidedAt: string;
  codeVersion: string;
  rows: readonly Subscription[];
  recipients: readonly Recipient[];
};

/** Proposed rows by scope; null: the recorded rows as they are. */
export type Proposal = { byScope: ReadonlyMap<Scope, ProposedRow[]>; replaceAll: boolean } | null;

/** What somebody who was told, or would be, has of it; `changed` says in what. */
export type Outcome =
  | { kind: "gained" | "lost" | "same" }
  | { kind: "changed"; differences: [DifferenceKind, ...DifferenceKind[]] };

/** One target in one order change. */
export type Comparison = { target: Target; preferencesUnknown: boolean; outcome: Outcome };

/** Makes a proposal ready to be asked for each order. */
export function toProposal(rows: readonly ProposedRow[] | undefined, replaceAll: boolean): Proposal {
  return rows === undefined ? null : { byScope: groupBy(rows, ({ scope }) => scope), replaceAll };
}

/** Everybody who was told or would be, once each; by today's code over the rows of the proposal. */
export function compareDecision(recorded: RecordedDecision, proposal: Proposal): Comparison[] {
  const { change, news } = recorded;
  const { rows, unknown } = proposeRows(recorded.rows, change, proposal);
  const before = new Map(recorded.recipients.map((one) => [toTargetKey(one.target), one]));
  const after = new Map(
    decideAudience(change, news, rows).recipients.map((one) => [toTargetKey(one.target), one]),
  );
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [then, now] = [before.get(key), after.get(key)];
    const target = now?.target ?? then?.target;
    if (target === undefined) return [];
    return [
      {
        target,
        preferencesUnknown: now !== undefined && unknown.has(key),
        outcome: toOutcome(then, now),
      },
    ];
  });
}

/** The rows that would have been decided over, and the people among them of whose preferences the record says nothing. */
function proposeRows(
  recorded: readonly Subscription[],
  change: OrderChange,
  proposal: Proposal,
): { rows: readonly Subscription[]; unknown: ReadonlySet<string> } {
  const unknown = new Set<string>();
  if (proposal === null) return { rows: recorded, unknown };
  const proposed = toScopes(change).flatMap((scope) => proposal.byScope.get(scope) ?? []);
  const recordedByKey = new Map(recorded.map((row) => [toRowKey(row), row]));
  const said = toNewestPreferences(recorded);
  const replaced = new Set(proposed.map(toRowKey));
  const kept = proposal.replaceAll ? [] : recorded.filter((row) => !replaced.has(toRowKey(row)));
  const added = proposed.flatMap(({ scope, target, rules }): Subscription[] => {
    if (rules === "removed") return [];
    const key = toTargetKey(target);
    if (target.kind === "user" && !said.has(key)) unknown.add(key);
    const before = recordedByKey.get(toRowKey({ scope, target }));
    const preferences = before === undefined ? toOtherScope(said.get(key)) : before.preferences;
    return [{ scope, target, rules, ...(preferences ? { preferences } : {}) }];
  });
  return { rows: [...kept, ...added], unknown };
}

/** By target; undefined where the record has a row of somebody who had said nothing. */
function toNewestPreferences(rows: readonly Subscription[]): Map<string, AppliedPreferences | undefined> {
  const newest = new Map<string, AppliedPreferences | undefined>();
  for (const { target, preferences } of rows) {
    const key = toTargetKey(target);
    const known = newest.get(key);
    if (known === undefined || (preferences && preferences.version > known.version))
      newest.set(key, preferences);
  }
  return newest;
}

/** Which scopes somebody has muted stands with each row; whether they would mute another one nobody knows. */
function toOtherScope(preferences: AppliedPreferences | undefined): AppliedPreferences | undefined {
  if (preferences === undefined) return undefined;
  const { isMuted: _, ...rest } = preferences;
  return rest;
}

function toRowKey({ scope, target }: Pick<Subscription, "scope" | "target">): string {
  return toSubscriptionKey(scope, target);
}

function toOutcome(then: Recipient | undefined, now: Recipient | undefined): Outcome {
  if (then === undefined) return { kind: "gained" };
  if (now === undefined) return { kind: "lost" };
  const [first, ...rest] = findDifferences(then, now);
  return first === undefined ? { kind: "same" } : { kind: "changed", differences: [first, ...rest] };
}

function findDifferences(then: Recipient, now: Recipient): DifferenceKind[] {
  const isPushed = now.quietUntil === undefined;
  const wasPushed = then.quietUntil === undefined;
  return [
    ...(isPushed === wasPushed ? [] : [isPushed ? ("pushed" as const) : ("withheld" as const)]),
    ...(then.priority === now.priority ? [] : ["priority" as const]),
    ...(toEscalationText(then) === toEscalationText(now) ? [] : ["escalation" as const]),
  ];
}

/** In which order rows asked for the same makes no difference. */
function toEscalationText({ escalations = [] }: Recipient): string {
  const texts = escalations.map(({ afterMinutes, group }) => JSON.stringify([afterMinutes, group]));
  return [...new Set(texts)].toSorted().join(" ");
}
