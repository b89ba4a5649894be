/** Loads a page of those who may care about an order, with their preferences as they are at the decision. */
import type { AudiencePage } from "../domain/audience.ts";
import type { AudienceRequest } from "../domain/claim.ts";
import { createPreferencesAt, toCopiedPreferences } from "../domain/copied-preferences.ts";
import type { Subscription } from "../domain/subscription.ts";
import { cutAudiencePage } from "../storage/cut-audience-page.ts";
import type { PreferencesTable, StoredPreferences } from "../storage/preferences-table.ts";
import type { StoredSubscription, SubscriptionsTable } from "../storage/subscriptions-table.ts";

export interface LoadAudiencePageDeps {
  subscriptions: Pick<SubscriptionsTable, "loadRanges">;
  preferences: Pick<PreferencesTable, "listPending" | "read">;
}

/**
 * One query says whose copies may be out of date, one per scope brings the rows. The first must come first: somebody
 * whom it does not name carries their preferences when the rows are read.
 */
export async function loadAudiencePage(
  { subscriptions, preferences }: LoadAudiencePageDeps,
  { scopes, after, decidedAt }: AudienceRequest,
): Promise<AudiencePage> {
  const pending = await preferences.listPending();
  const ranges = await subscriptions.loadRanges(scopes, after);
  const people = new Set(ranges.flatMap(({ rows }) => rows.flatMap(({ target }) => toUserId(target) ?? [])));
  const awaited = pending.filter(({ userId }) => people.has(userId));
  const current = await Promise.all(
    awaited.map(async ({ userId }) => [userId, await preferences.read(userId)] as const),
  );
  const apply = createApply(new Map(current), decidedAt);
  return cutAudiencePage(ranges.map(({ full, rows }) => ({ full, rows: rows.map(apply) })));
}

type Row = { rowKey: string; subscription: Subscription };

function createApply(
  current: ReadonlyMap<string, StoredPreferences | undefined>,
  decidedAt: string,
): (row: StoredSubscription) => Row {
  const preferencesAt = createPreferencesAt(decidedAt);
  return ({ rowKey, scope, target, rules, copied }) => {
    const userId = toUserId(target);
    const newer = userId === undefined ? undefined : current.get(userId);
    const valid = newer ? toCopiedPreferences(newer, scope) : copied;
    const applied = valid && userId !== undefined ? { preferences: preferencesAt(valid) } : {};
    return { rowKey, subscription: { scope, target, rules, ...applied } };
  };
}

function toUserId(target: Subscription["target"]): string | undefined {
  return target.kind === "user" ? target.userId : undefined;
}
