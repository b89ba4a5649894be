/** Merges ranges of several scopes into one page of targets. */
import type { AudiencePage } from "../domain/audience.ts";
import { compareText } from "../domain/compare-text.ts";
import { groupBy } from "../domain/group-by.ts";
import type { Subscription } from "../domain/subscription.ts";

/** The first rows of one scope after the cursor, by row key; `full` when the scope may hold more. */
export type ScopeRange = { full: boolean; rows: { rowKey: string; subscription: Subscription }[] };

/** A page is an activity result kept in the history: bounded in rows and in bytes of JSON. */
export const MAX_PAGE_ROWS = 1_000;
const MAX_PAGE_BYTES = 200_000;

/** Takes whole targets, in row-key order, as far as every range is known and the limits allow. */
export function cutAudiencePage(ranges: readonly ScopeRange[]): AudiencePage {
  // Beyond the end of a full range its scope is unknown, so the page must not reach further.
  const ends = ranges.filter(({ full }) => full).map(({ rows }) => rows.at(-1)?.rowKey ?? "");
  const horizon = ends.toSorted().at(0);
  const rows = ranges
    .flatMap((range) => range.rows)
    .filter(({ rowKey }) => horizon === undefined || rowKey <= horizon)
    .toSorted((a, b) => compareText(a.rowKey, b.rowKey));

  const taken: Subscription[] = [];
  let bytes = 0;
  let last: string | undefined;
  for (const [rowKey, group] of groupBy(rows, (row) => row.rowKey)) {
    const subscriptions = group.map(({ subscription }) => subscription);
    const size = Buffer.byteLength(JSON.stringify(subscriptions));
    const fits = taken.length + subscriptions.length <= MAX_PAGE_ROWS && bytes + size <= MAX_PAGE_BYTES;
    if (!fits && taken.length > 0) return { subscriptions: taken, next: last ?? null };
    taken.push(...subscriptions);
    bytes += size;
    last = rowKey;
  }
  return { subscriptions: taken, next: horizon === undefined ? null : (last ?? null) };
}
