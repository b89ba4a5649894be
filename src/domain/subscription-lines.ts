/** The lines of a bulk of subscriptions. */
import { z } from "zod";
import { type BulkFormat, type LineForm, type LineProblem, readBulkLines } from "./bulk-lines.ts";
import { readCsvLines } from "./csv-lines.ts";
import { SUBSCRIPTION_CSV, toColumn } from "./subscription-csv.ts";
import {
  scopeSchema,
  type Subscription,
  subscriptionRulesSchema,
  type Target,
  targetSchema,
} from "./subscription.ts";

// The command line asks for them here.

/** A subscription and the line it began on, counted from 1. */
export type SubscriptionLine = { line: number; subscription: Subscription };

/** Every line that fits, and everything that does not; nothing may be written while there is a problem. */
export type SubscriptionLines = { rows: SubscriptionLine[]; problems: LineProblem[] };

/** `{"scope":"account:001…","target":{"kind":"user","userId":"…"},"transitions":[…]}`: the rules stand beside scope and target. */
const lineSchema = z
  .looseObject({ scope: scopeSchema, target: targetSchema })
  .transform(({ scope, target, ...rules }, context): Subscription => {
    const parsed = subscriptionRulesSchema.safeParse(rules);
    if (parsed.success) return { scope, target, rules: parsed.data };
    for (const { path, message } of parsed.error.issues) {
      context.addIssue({ code: "custom", path, message });
    }
    return z.NEVER;
  });

const SUBSCRIPTION_LINES: LineForm<Subscription> = {
  schema: lineSchema,
  readCsv: (text) => readCsvLines(SUBSCRIPTION_CSV, text),
  toColumn,
  toKey: ({ scope, target }) => toSubscriptionKey(scope, target),
  keyWords: "scope and target",
};

/** Reads a bulk whole. */
export function readSubscriptionLines(format: BulkFormat, text: string): SubscriptionLines {
  const { rows, problems } = readBulkLines(SUBSCRIPTION_LINES, format, text);
  return { rows: rows.map(({ line, row }) => ({ line, subscription: row })), problems };
}

/** One line of NDJSON, without its end. */
export function toNdjsonLine({ scope, target, rules }: Subscription): string {
  return JSON.stringify({ scope, target, ...rules });
}

/** What two lines have in common that say different things of the same subscription. */
export function toSubscriptionKey(scope: string, target: Target): string {
  return JSON.stringify([scope, target.kind, target.kind === "user" ? target.userId : target.group]);
}
