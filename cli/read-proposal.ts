/** The subscriptions of a what-if: lines as of an import, and in NDJSON such that take a subscription away. */
import { z } from "zod";
import type { BulkFormat } from "../src/domain/bulk-lines.ts";
import { readSubscriptionLines, toNdjsonLine } from "../src/domain/subscription-lines.ts";
import { MAX_PROPOSED_ROWS, proposedRowSchema } from "../src/domain/what-if.ts";
import { CommandError, EXIT } from "./terminal.ts";

/** Rows as the app takes them, and whether there are no others. */
export type Proposal = { rows: unknown[]; replaceAll: boolean };

const MAX_SHOWN = 100;
const removalSchema = z.looseObject({ removed: z.unknown() });

/** Reads the whole file; throws a CommandError that names every wrong line. */
export function readProposal(name: string, format: BulkFormat, text: string): unknown[] {
  const removals: unknown[] = [];
  const problems: { line: number; message: string }[] = [];
  const lines = format === "ndjson" ? text.split(/\r?\n/) : [];
  for (const [index, content] of lines.entries()) {
    const removal = removalSchema.safeParse(parseJson(content));
    if (!removal.success) continue;
    // An empty line in its place keeps the numbers of the others.
    lines[index] = "";
    const row = proposedRowSchema.safeParse(removal.data);
    if (row.success) removals.push(removal.data);
    else {
      for (const { path, message } of row.error.issues)
        problems.push({ line: index + 1, message: `${path.join(".")} ${message}`.trim() });
    }
  }
  const others = readSubscriptionLines(format, format === "ndjson" ? lines.join("\n") : text);
  refuse(
    name,
    [...problems, ...others.problems].toSorted((a, b) => a.line - b.line),
  );
  const rows = others.rows.map(({ subscription }): unknown => JSON.parse(toNdjsonLine(subscription)));
  if (rows.length + removals.length > MAX_PROPOSED_ROWS)
    throw new CommandError(EXIT.usage, `${name} holds more than ${MAX_PROPOSED_ROWS} subscriptions.`);
  return [...rows, ...removals];
}

function refuse(name: string, problems: readonly { line: number; message: string }[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, MAX_SHOWN).map(({ line, message }) => `${name}: line ${line}: ${message}`);
  const more = problems.length - shown.length;
  throw new CommandError(
    EXIT.usage,
    [...shown, ...(more > 0 ? [`and ${more} more problems`] : [])].join("\n"),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
