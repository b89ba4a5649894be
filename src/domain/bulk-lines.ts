/** A bulk of lines, as NDJSON or CSV: reading many, with every problem named by its line. */
import { z } from "zod";

/** The ways a bulk is written. */
export const bulkFormatSchema = z.enum(["ndjson", "csv"]);
export type BulkFormat = z.infer<typeof bulkFormatSchema>;

/** What is wrong with a line, in words that begin with the field. */
export type LineProblem = { line: number; message: string };

/** Values and the lines they began on, counted from 1, before they are checked. */
export type RawLines = { values: { line: number; value: unknown }[]; problems: LineProblem[] };

/** Every line that fits, and everything that does not; nothing may be written while there is a problem. */
export type BulkLines<Row> = { rows: { line: number; row: Row }[]; problems: LineProblem[] };

/** What the lines of a bulk hold. */
export interface LineForm<Row> {
  schema: z.ZodType<Row>;
  readCsv(text: string): RawLines;
  /** The column of CSV that a place in a line of NDJSON stands in. */
  toColumn(path: readonly PropertyKey[]): string;
  /** What two lines have in common that say different things of the same. */
  toKey(row: Row): string;
  /** What the key is made of, in words. */
  keyWords: string;
}

/** Reads a bulk whole; a byte order mark before it is taken for what it is. */
export function readBulkLines<Row>(form: LineForm<Row>, format: BulkFormat, text: string): BulkLines<Row> {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const { values, problems } = format === "csv" ? form.readCsv(body) : readNdjson(body);
  const lines: BulkLines<Row> = { rows: [], problems };
  for (const { line, value } of values) {
    const row = form.schema.safeParse(value);
    if (row.success) lines.rows.push({ line, row: row.data });
    else {
      for (const { path, message } of row.error.issues) {
        const name = format === "csv" ? form.toColumn(path) : path.join(".");
        lines.problems.push({ line, message: `${name} ${message}`.trim() });
      }
    }
  }
  lines.problems.push(...findDuplicates(form, lines.rows));
  return { ...lines, problems: lines.problems.toSorted((a, b) => a.line - b.line) };
}

function readNdjson(text: string): RawLines {
  const lines: RawLines = { values: [], problems: [] };
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    if (content.trim() === "") continue;
    const line = index + 1;
    try {
      lines.values.push({ line, value: JSON.parse(content) });
    } catch {
      lines.problems.push({ line, message: "is not JSON" });
    }
  }
  return lines;
}

/** Lines are written side by side: of two for the same, either could win. */
function findDuplicates<Row>(
  { toKey, keyWords }: LineForm<Row>,
  rows: BulkLines<Row>["rows"],
): LineProblem[] {
  const seen = new Map<string, number>();
  return rows.flatMap(({ line, row }) => {
    const key = toKey(row);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, line);
    return first === undefined ? [] : [{ line, message: `${keyWords} are those of line ${first}` }];
  });
}
