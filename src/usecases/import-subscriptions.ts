/**
 * Bulk subscriptions from an administrator: every line is checked before the first is written. A write that fails
 * half-way leaves what was written; the same import may simply be sent again.
 */
import { InvalidRequestError, OrderBellError } from "../domain/errors.ts";
import type { Subscription, SubscriptionRules } from "../domain/subscription.ts";
import {
  type BulkFormat,
  type LineProblem,
  readSubscriptionLines,
  toSubscriptionKey,
} from "../domain/subscription-lines.ts";
import type { SubscriptionList } from "../storage/list-subscriptions.ts";
import type { SubscriptionsTable } from "../storage/subscriptions-table.ts";

/** What an import would do: add, replace, or write what is there already. */
export type ImportCounts = { new: number; changed: number; same: number };

/** The storage failed in the middle; so many subscriptions were written whole, one more may be half written. */
export class ImportInterruptedError extends OrderBellError {
  readonly retryable = true;
  readonly written: number;
  readonly total: number;
  constructor(written: number, total: number, options: ErrorOptions) {
    super(
      `The storage failed when ${written} of ${total} lines were written, not necessarily the first. They stay; send the same import again.`,
      options,
    );
    this.written = written;
    this.total = total;
  }
}

/** The longest import, in lines. */
const MAX_LINES = 10_000;
const MAX_PROBLEMS = 100;
const CONCURRENCY = 32;

/** Imports; throws InvalidRequestError naming every wrong line, and then nothing is written. */
export async function importSubscriptions(
  { subscriptions }: { subscriptions: SubscriptionsTable },
  format: BulkFormat,
  text: string,
): Promise<{ imported: number }> {
  const rows = checkLines(format, text);
  await writeAll(subscriptions, rows);
  return { imported: rows.length };
}

/** Checks an import as `importSubscriptions` does and says what it would do; writes nothing. */
export async function rehearseImport(
  { subscriptionList }: { subscriptionList: SubscriptionList },
  format: BulkFormat,
  text: string,
): Promise<ImportCounts> {
  const rows = checkLines(format, text);
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

function checkLines(format: BulkFormat, text: string): Subscription[] {
  const { rows, problems } = readSubscriptionLines(format, text);
  if (problems.length > 0) throw new InvalidRequestError("Nothing was imported.", toDetails(problems));
  if (rows.length > MAX_LINES) throw new InvalidRequestError(`At most ${MAX_LINES} lines at a time.`);
  return rows.map(({ subscription }) => subscription);
}

function toDetails(problems: readonly LineProblem[]): string[] {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ line, message }) => `line ${line}: ${message}`);
  const more = problems.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more problems`] : shown;
}

/** Writes what is there already too: an interrupted write may have left its index behind. */
async function writeAll(subscriptions: SubscriptionsTable, rows: readonly Subscription[]): Promise<void> {
  const waiting = rows.values();
  let written = 0;
  let failure: { cause: unknown } | undefined;
  const work = async () => {
    for (const row of waiting) {
      try {
        if (failure === undefined) await subscriptions.put(row);
        else return;
        written += 1;
      } catch (error) {
        failure ??= { cause: error };
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  if (failure !== undefined) throw new ImportInterruptedError(written, rows.length, failure);
}

/** Rules as text in which the order of fields does not count. */
function toComparable({ fieldEquals, ...rules }: SubscriptionRules): string {
  const fields = Object.entries(fieldEquals ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([fields, Object.entries(rules).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
