/**
 * Bulk subscriptions from an administrator: every line is checked before the first is written. A write that fails
 * half-way leaves what was written; the same import may simply be sent again.
 */
import { z } from "zod";
import { InvalidRequestError } from "../domain/errors.ts";
import {
  scopeSchema,
  type Subscription,
  subscriptionRulesSchema,
  targetSchema,
} from "../domain/subscription.ts";
import type { SubscriptionsTable } from "../storage/subscriptions-table.ts";

/** One line of NDJSON: `{"scope":"account:001…","target":{"kind":"user","userId":"…"},"transitions":[…]}`. */
const lineSchema = z
  .looseObject({ scope: scopeSchema, target: targetSchema })
  .transform(({ scope, target, ...rules }, context): Subscription => {
    const parsed = subscriptionRulesSchema.safeParse(rules);
    if (parsed.success) return { scope, target, rules: parsed.data };
    for (const issue of parsed.error.issues) context.addIssue(`${issue.path.join(".")} ${issue.message}`);
    return z.NEVER;
  });

const MAX_LINES = 10_000;
const MAX_PROBLEMS = 100;
const CONCURRENCY = 16;

/** Imports NDJSON; throws InvalidRequestError naming every wrong line, and then nothing is written. */
export async function importSubscriptions(
  subscriptions: SubscriptionsTable,
  ndjson: string,
): Promise<{ imported: number }> {
  const rows = parseLines(ndjson);
  for (let start = 0; start < rows.length; start += CONCURRENCY) {
    await Promise.all(rows.slice(start, start + CONCURRENCY).map((row) => subscriptions.put(row)));
  }
  return { imported: rows.length };
}

function parseLines(ndjson: string): Subscription[] {
  const lines = ndjson.split(/\r?\n/).map((text, index) => ({ text: text.trim(), number: index + 1 }));
  const filled = lines.filter(({ text }) => text !== "");
  if (filled.length > MAX_LINES) throw new InvalidRequestError(`At most ${MAX_LINES} lines at a time.`);
  const problems: string[] = [];
  const rows: Subscription[] = [];
  for (const { text, number } of filled) {
    const row = lineSchema.safeParse(parseJson(text));
    if (row.success) rows.push(row.data);
    else
      problems.push(
        ...row.error.issues.map(({ path, message }) => `line ${number}: ${path.join(".")} ${message}`),
      );
  }
  if (problems.length > 0) {
    const shown = problems.slice(0, MAX_PROBLEMS);
    const more = problems.length - shown.length;
    throw new InvalidRequestError(
      "Nothing was imported.",
      more > 0 ? [...shown, `and ${more} more problems`] : shown,
    );
  }
  return rows;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
