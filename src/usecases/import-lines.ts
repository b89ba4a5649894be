/**
 * What every import of an administrator shares: each line is checked before the first is written. A write that fails
 * half-way leaves what was written; the same import may simply be sent again.
 */
import type { BulkLines, LineProblem } from "../domain/bulk-lines.ts";
import { InvalidRequestError, OrderBellError } from "../domain/errors.ts";

/** What an import would do: add, replace, or write what is there already. */
export type ImportCounts = { new: number; changed: number; same: number };

/** The same of one whose lines may also end something; what is not there any more is `same`. */
export type RemovableCounts = ImportCounts & { removed: number };

/** What an import did whose lines may also end something, in lines. */
export type RemovableOutcome = { imported: number; removed: number };

/** The storage failed in the middle; so many lines were written whole, others may be half written. */
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
/** Lines written, or looked up, side by side. */
export const IMPORTS_AT_ONCE = 32;

/** The rows of a bulk; throws InvalidRequestError that names every wrong line, or says that there are too many. */
export function checkLines<Row>({ rows, problems }: BulkLines<Row>): Row[] {
  if (problems.length > 0) throw new InvalidRequestError("Nothing was imported.", toDetails(problems));
  if (rows.length > MAX_LINES) throw new InvalidRequestError(`At most ${MAX_LINES} lines at a time.`);
  return rows.map(({ row }) => row);
}

/** Writes rows side by side, in no order; throws ImportInterruptedError when one could not be written. */
export async function writeLines<Row>(
  rows: readonly Row[],
  write: (row: Row) => Promise<unknown>,
): Promise<void> {
  const waiting = rows.values();
  let written = 0;
  let failure: { cause: unknown } | undefined;
  const work = async () => {
    for (const row of waiting) {
      try {
        if (failure === undefined) await write(row);
        else return;
        written += 1;
      } catch (error) {
        failure ??= { cause: error };
      }
    }
  };
  await Promise.all(Array.from({ length: IMPORTS_AT_ONCE }, work));
  if (failure !== undefined) throw new ImportInterruptedError(written, rows.length, failure);
}

/** Counts the lines that added something, and those that ended something. */
export function toOutcome(rows: readonly { remove: boolean }[]): RemovableOutcome {
  const removed = rows.filter(({ remove }) => remove).length;
  return { imported: rows.length - removed, removed };
}

/** Counts what lines would do, by what is stored of each. */
export function countChanges<Row extends { remove: boolean }>(
  rows: readonly Row[],
  compare: (row: Row) => "absent" | "same" | "different",
): RemovableCounts {
  const counts: RemovableCounts = { new: 0, changed: 0, same: 0, removed: 0 };
  for (const row of rows) {
    const stored = compare(row);
    if (row.remove) counts[stored === "absent" ? "same" : "removed"] += 1;
    else counts[({ absent: "new", different: "changed", same: "same" } as const)[stored]] += 1;
  }
  return counts;
}

function toDetails(problems: readonly LineProblem[]): string[] {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ line, message }) => `line ${line}: ${message}`);
  const more = problems.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more problems`] : shown;
}
