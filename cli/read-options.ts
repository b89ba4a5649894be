/** The options of the command line, and which of them a command takes. */
import { parseArgs } from "node:util";
import { type BulkFormat, bulkFormatSchema } from "../src/domain/bulk-lines.ts";
import { toUsageError } from "./usage.ts";

const OPTIONS = {
  url: { type: "string" },
  token: { type: "string" },
  user: { type: "string" },
  resource: { type: "string" },
  format: { type: "string" },
  "dry-run": { type: "boolean" },
  order: { type: "string" },
  since: { type: "string" },
  concurrency: { type: "string" },
  out: { type: "string" },
  key: { type: "string" },
  subscriptions: { type: "string" },
  "replace-all": { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** What was given; absent is what was not. */
export type Options = ReturnType<typeof parse>["values"];
export type OptionName = keyof Options;

/** Where the app is and who asks. */
export const TARGET_OPTIONS = ["url", "token", "user"] as const;

/** Takes the arguments apart. */
export function readOptions(args: string[]): { values: Options; words: string[] } {
  try {
    const { values, positionals } = parse(args);
    return { values, words: positionals };
  } catch (error) {
    throw toUsageError(error instanceof Error ? error.message : String(error));
  }
}

function parse(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options: OPTIONS });
}

/** Throws for an option that belongs to another command: it would be ignored silently. */
export function requireOnly(command: string, values: Options, allowed: readonly OptionName[]): void {
  for (const name of Object.keys(values)) {
    if (!allowed.some((one) => one === name)) throw toUsageError(`--${name} is not for ${command}.`);
  }
}

/** `given`, or what the file's name ends with. */
export function toFormat(given: string | undefined, file: string): BulkFormat {
  const extension = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  const format = bulkFormatSchema.safeParse(given ?? (extension === "jsonl" ? "ndjson" : extension));
  if (!format.success) throw toUsageError("Give --format csv or --format ndjson.");
  return format.data;
}
