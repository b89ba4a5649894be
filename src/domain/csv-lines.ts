/** A bulk of lines as CSV with a header: any of the columns, each once, in any order; an empty cell says nothing. */
import type { RawLines } from "./bulk-lines.ts";
import { parseCsv } from "./csv.ts";

/** What was read, or what is wrong with it in words. */
export type Read<Result> = ({ ok: true } & Result) | { ok: false; problem: string };

/** The cells of one record that are not empty, by their column. */
export type CsvCells<Column extends string> = Partial<Record<Column, string>>;

/** The columns, and what their cells mean. */
export interface CsvForm<Column extends string> {
  columns: readonly Column[];
  /** The columns without which a header is of no use, in words; undefined when none is missing. */
  findMissing(names: readonly Column[]): string | undefined;
  /** Brings a record into the shape of a line of NDJSON; what the values may be is for the schema to say. */
  toValue(cells: CsvCells<Column>): Read<{ value: object }>;
}

/** Reads all records; without a good header none. */
export function readCsvLines<Column extends string>(form: CsvForm<Column>, text: string): RawLines {
  const { records, problem } = parseCsv(text);
  const [header, ...rest] = records;
  const lines: RawLines = { values: [], problems: problem === undefined ? [] : [problem] };
  if (header === undefined) return lines;
  const columns = readHeader(form, header.cells);
  if (!columns.ok) return { values: [], problems: [{ line: header.line, message: columns.problem }] };
  for (const { line, cells } of rest) {
    const read = readRecord(form, columns.names, cells);
    if (read.ok) lines.values.push({ line, value: read.value });
    else lines.problems.push({ line, message: read.problem });
  }
  return lines;
}

/** What is wrong, as an answer. */
export function refuse(problem: string): { ok: false; problem: string } {
  return { ok: false, problem };
}

function readHeader<Column extends string>(
  { columns, findMissing }: CsvForm<Column>,
  cells: readonly string[],
): Read<{ names: Column[] }> {
  const names = cells.flatMap((cell) => columns.find((column) => column === cell) ?? []);
  const unknown = cells.filter((cell) => !columns.some((column) => column === cell));
  if (unknown.length > 0) {
    const quoted = unknown.slice(0, 10).map((cell) => JSON.stringify(cell.slice(0, 50)));
    return refuse(`header has ${quoted.join(", ")}, which is none of ${columns.join(", ")}`);
  }
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) return refuse(`header has ${double} twice`);
  const missing = findMissing(names);
  return missing === undefined ? { ok: true, names } : refuse(`header lacks ${missing}`);
}

function readRecord<Column extends string>(
  form: CsvForm<Column>,
  names: readonly Column[],
  cells: readonly string[],
): Read<{ value: object }> {
  if (cells.length !== names.length) {
    return refuse(`has ${cells.length} cells, but the header has ${names.length}`);
  }
  const row: CsvCells<Column> = {};
  for (const [index, name] of names.entries()) {
    const cell = cells[index] ?? "";
    if (cell !== "") row[name] = cell;
  }
  return form.toValue(row);
}
