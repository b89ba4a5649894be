/**
 * CSV as RFC 4180 has it, read strictly: what a lenient reader would guess at is refused with its line. Lines may also
 * end in a bare line feed; empty lines are skipped.
 */

/** One record, and the line of the text on which it begins, counted from 1. */
export type CsvRecord = { line: number; cells: string[] };

/** The records up to the first place that is no CSV, if there is one. */
export type CsvText = { records: CsvRecord[]; problem?: { line: number; message: string } };

/** Reads all records; those before a problem are there too. */
export function parseCsv(text: string): CsvText {
  const records: CsvRecord[] = [];
  let record: CsvRecord = { line: 1, cells: [] };
  let line = 1;
  let at = 0;
  for (;;) {
    const isQuoted = text[at] === '"';
    const cell = isQuoted ? readQuoted(text, at) : readPlain(text, at);
    const end = cell && readEnd(text, cell.end);
    if (cell === undefined || end === undefined)
      return { records, problem: { line, message: findReason(text, at, cell?.end) } };
    record.cells.push(cell.text);
    if (isQuoted) line += cell.text.split("\n").length - 1;
    at = cell.end + end.length;
    if (end === ",") continue;
    if (record.cells.length > 1 || isQuoted || cell.text !== "") records.push(record);
    if (end === "") return { records };
    line += 1;
    record = { line, cells: [] };
  }
}

/** A cell's text, and where what ends it begins. */
type Cell = { text: string; end: number };

/** Undefined when the quote is never closed. */
function readQuoted(text: string, at: number): Cell | undefined {
  let quote = text.indexOf('"', at + 1);
  while (quote >= 0 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
  if (quote < 0) return undefined;
  return { text: text.slice(at + 1, quote).replaceAll('""', '"'), end: quote + 1 };
}

function readPlain(text: string, at: number): Cell {
  const special = /[",\r\n]/g;
  special.lastIndex = at;
  const end = special.exec(text)?.index ?? text.length;
  return { text: text.slice(at, end), end };
}

/** The separator, the line end, or "" at the end of the text; undefined for anything else. */
function readEnd(text: string, at: number): string | undefined {
  if (at >= text.length) return "";
  return ["\r\n", "\n", ","].find((end) => text.startsWith(end, at));
}

function findReason(text: string, start: number, end: number | undefined): string {
  if (end === undefined) return "opens a quote that is never closed";
  if (text[start] === '"') return "goes on after the closing quote of a cell";
  return text[end] === "\r"
    ? "holds a carriage return that ends no line: put the cell in quotes"
    : "holds a quote inside a cell without quotes: double it and put the cell in quotes";
}

/** One record with its line end; a cell is quoted only where it has to be. */
export function toCsvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
}

/**
 * Spreadsheets run a cell that begins with = + - @ as a formula; an apostrophe before it makes them show it as text.
 * What begins with apostrophes before such a character gets one more, so that reading takes back exactly one.
 */
export function escapeFormula(text: string): string {
  return /^'*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

/** Reverses `escapeFormula`; text that nobody escaped stays as it is. */
export function unescapeFormula(text: string): string {
  return /^'+[=+\-@\t\r\n]/.test(text) ? text.slice(1) : text;
}
