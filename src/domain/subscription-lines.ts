/** A line of a bulk of subscriptions, as NDJSON or CSV: reading many, with every problem named by its line. */
import { z } from "zod";
import { parseCsv } from "./csv.ts";
import { fromCsvCells, toColumn, toCsvColumns } from "./subscription-csv.ts";
import {
  scopeSchema,
  type Subscription,
  subscriptionRulesSchema,
  type Target,
  targetSchema,
} from "./subscription.ts";

/** The ways a bulk is written. */
export const bulkFormatSchema = z.enum(["ndjson", "csv"]);
export type BulkFormat = z.infer<typeof bulkFormatSchema>;

/** A subscription and the line it began on, counted from 1. */
export type SubscriptionLine = { line: number; subscription: Subscription };

/** What is wrong with a line, in words that begin with the field. */
export type LineProblem = { line: number; message: string };

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

/** Reads a bulk whole; a byte order mark before it is taken for what it is. */
export function readSubscriptionLines(format: BulkFormat, text: string): SubscriptionLines {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const { rows, problems } = format === "csv" ? readCsv(body) : readNdjson(body);
  const all = [...problems, ...findDuplicates(rows)];
  return { rows, problems: all.toSorted((a, b) => a.line - b.line) };
}

/** One line of NDJSON, without its end. */
export function toNdjsonLine({ scope, target, rules }: Subscription): string {
  return JSON.stringify({ scope, target, ...rules });
}

/** What two lines have in common that say different things of the same subscription. */
export function toSubscriptionKey(scope: string, target: Target): string {
  return JSON.stringify([scope, target.kind, target.kind === "user" ? target.userId : target.group]);
}

function readNdjson(text: string): SubscriptionLines {
  const lines: SubscriptionLines = { rows: [], problems: [] };
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    if (content.trim() === "") continue;
    const value = parseJson(content);
    if (value === undefined) lines.problems.push({ line: index + 1, message: "is not JSON" });
    else readRow(lines, index + 1, value, (path) => path.join("."));
  }
  return lines;
}

function readCsv(text: string): SubscriptionLines {
  const { records, problem } = parseCsv(text);
  const [header, ...rest] = records;
  const lines: SubscriptionLines = { rows: [], problems: problem === undefined ? [] : [problem] };
  if (header === undefined) return lines;
  const columns = toCsvColumns(header.cells);
  if (!columns.ok) return { rows: [], problems: [{ line: header.line, message: columns.problem }] };
  for (const { line, cells } of rest) {
    const read = fromCsvCells(columns.names, cells);
    if (read.ok) readRow(lines, line, read.value, toColumn);
    else lines.problems.push({ line, message: read.problem });
  }
  return lines;
}

function readRow(
  lines: SubscriptionLines,
  line: number,
  value: unknown,
  toName: (path: readonly PropertyKey[]) => string,
): void {
  const row = lineSchema.safeParse(value);
  if (row.success) lines.rows.push({ line, subscription: row.data });
  else {
    for (const { path, message } of row.error.issues) {
      lines.problems.push({ line, message: `${toName(path)} ${message}`.trim() });
    }
  }
}

/** Lines are written side by side: of two for the same subscription, either could win. */
function findDuplicates(rows: readonly SubscriptionLine[]): LineProblem[] {
  const seen = new Map<string, number>();
  return rows.flatMap(({ line, subscription: { scope, target } }) => {
    const key = toSubscriptionKey(scope, target);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, line);
    return first === undefined ? [] : [{ line, message: `scope and target are those of line ${first}` }];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
