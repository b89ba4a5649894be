/** Bulk subscriptions from an administrator. */
import type { BulkFormat } from "../domain/bulk-lines.ts";
import type { Subscription, SubscriptionRules } from "../domain/subscription.ts";
import { readSubscriptionLines, toSubscriptionKey } from "../domain/subscription-lines.ts";
import type { SubscriptionList } from "../storage/list-subscriptions.ts";
import type { SubscriptionsTable } from "../storage/subscriptions-table.ts";
import { checkLines, type ImportCounts, writeLines } from "./import-lines.ts";

/** Imports; throws InvalidRequestError naming every wrong line, and then nothing is written. */
export async function importSubscriptions(
  { subscriptions }: { subscriptions: SubscriptionsTable },
  format: BulkFormat,
  text: string,
): Promise<{ imported: number }> {
  const rows = readRows(format, text);
  // What is there already is written too: an interrupted write may have left its index behind.
  await writeLines(rows, (row) => subscriptions.put(row));
  return { imported: rows.length };
}

/** Checks an import as `importSubscriptions` does and says what it would do; writes nothing. */
export async function rehearseImport(
  { subscriptionList }: { subscriptionList: SubscriptionList },
  format: BulkFormat,
  text: string,
): Promise<ImportCounts> {
  const rows = readRows(format, text);
  const stored = new Map(
    (await subscriptionList.findStored(rows)).map(({ scope, target, rules }) => [
      toSubscriptionKey(scope, target),
      toComparable(rules),
    ]),
  );
  const counts: ImportCounts = { new: 0, changed: 0, same: 0 };
  for (const { scope, target, rules } of rows) {
    const before = stored.get(toSubscriptionKey(scope, target));
    if (before === undefined) counts.new += 1;
    else counts[before === toComparable(rules) ? "same" : "changed"] += 1;
  }
  return counts;
}

function readRows(format: BulkFormat, text: string): Subscription[] {
  const { rows, problems } = readSubscriptionLines(format, text);
  return checkLines({ rows: rows.map(({ line, subscription }) => ({ line, row: subscription })), problems });
}

/** Rules as text in which the order of fields does not count. */
function toComparable({ fieldEquals, ...rules }: SubscriptionRules): string {
  const fields = Object.entries(fieldEquals ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([fields, Object.entries(rules).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
