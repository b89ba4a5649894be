/** A bulk of lines that add something or, with `remove`, end it; a column of CSV is the field of its name. */
import { z } from "zod";
import { type BulkFormat, type BulkLines, readBulkLines } from "./bulk-lines.ts";
import { type CsvForm, readCsvLines } from "./csv-lines.ts";
import { unescapeFormula } from "./csv.ts";

/** The field `remove`; in CSV `true` or `false` in any case, as spreadsheets write them. */
export const removeSchema = z.boolean({ error: "must be true or false" }).default(false);

/** What a line says, and by which fields two lines speak of the same; those must be in a header. */
export interface RemovableForm<Row> {
  schema: z.ZodType<Row>;
  key: readonly (keyof Row & string)[];
  others: readonly (keyof Row & string)[];
}

/** Reads a bulk whole. */
export function readRemovableLines<Row>(
  { schema, key, others }: RemovableForm<Row>,
  format: BulkFormat,
  text: string,
): BulkLines<Row> {
  const csv: CsvForm<string> = {
    columns: [...key, ...others, "remove"],
    findMissing: (names) => key.find((name) => !names.includes(name)),
    toValue({ remove, ...texts }) {
      const fields = Object.entries(texts).map(([name, cell]): [string, string] => [
        name,
        unescapeFormula(cell ?? ""),
      ]);
      const value: object = Object.fromEntries(fields);
      return { ok: true, value: remove === undefined ? value : { ...value, remove: toBoolean(remove) } };
    },
  };
  const form = {
    schema,
    readCsv: (body: string) => readCsvLines(csv, body),
    toColumn: (path: readonly PropertyKey[]) => path.join("."),
    toKey: (row: Row) => JSON.stringify(key.map((name) => row[name])),
    keyWords: key.join(" and "),
  };
  return readBulkLines(form, format, text);
}

/** What is neither stays as it is, for the schema to refuse. */
function toBoolean(cell: string): boolean | string {
  const text = cell.toLowerCase();
  return text === "true" || text === "false" ? text === "true" : cell;
}
