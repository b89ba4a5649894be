/**
 * `orderbell subscriptions import`, and the same for grants and owner links: a file of any length in requests that the
 * app takes. All parts are checked here and by the app before the first is written, so that a bad last line leaves
 * nothing behind.
 */
import { z } from "zod";
import type { BulkFormat, BulkLines, LineProblem } from "../src/domain/bulk-lines.ts";
import { readGrantLines } from "../src/domain/grant-lines.ts";
import { readOwnerLinkLines } from "../src/domain/owner-link-lines.ts";
import { readSubscriptionLines, toNdjsonLine } from "../src/domain/subscription-lines.ts";
import { type Api, RefusedError, UnreachableError } from "./api.ts";
import { createProgressBar } from "./progress-bar.ts";
import { CommandError, EXIT, type Terminal } from "./terminal.ts";

/** What can be imported. */
export type Importable = "subscriptions" | "grants" | "owner-links";

/** What to import, and how far to go. */
export type ImportOptions = {
  of: Importable;
  name: string;
  text: string;
  format: BulkFormat;
  isDryRun: boolean;
};

/** One line as it is sent, and where it stands in the file. */
type Line = { line: number; json: string };

/** The app takes twice as many lines and bytes. */
const MAX_PART_LINES = 5_000;
const MAX_PART_BYTES = 4 * 1024 * 1024;
const MAX_SHOWN = 100;

const countsSchema = z.object({ new: z.int(), changed: z.int(), same: z.int(), removed: z.int().default(0) });
type Counts = z.infer<typeof countsSchema>;

/** Checks and imports; throws a CommandError that says which lines are wrong, or what an interruption left. */
export async function runImport(api: Api, o: ImportOptions, { out, err }: Terminal): Promise<void> {
  const { lines, problems } = readLines(o.of, o.format, o.text);
  refuse(
    o.name,
    problems.map(({ line, message }) => `line ${line}: ${message}`),
  );
  const parts = cut(lines);
  const path = `/api/admin/${o.of}`;
  const counts = await check(api, path, parts, o.name, { out, err });
  const removed = counts.removed > 0 ? `, ${counts.removed} removed` : "";
  out.write(`${counts.new} new, ${counts.changed} changed, ${counts.same} the same${removed}.\n`);
  if (o.isDryRun) return;
  const written = await write(api, path, parts, { out, err });
  out.write(`Imported ${written} ${toWords(o.of)}.\n`);
}

function readLines(
  of: Importable,
  format: BulkFormat,
  text: string,
): { lines: Line[]; problems: LineProblem[] } {
  switch (of) {
    case "subscriptions": {
      const { rows, problems } = readSubscriptionLines(format, text);
      const lines = rows.map(({ line, subscription }) => ({ line, json: toNdjsonLine(subscription) }));
      return { lines, problems };
    }
    case "grants":
      return toLines(readGrantLines(format, text));
    case "owner-links":
      return toLines(readOwnerLinkLines(format, text));
  }
}

function toLines({ rows, problems }: BulkLines<object>): { lines: Line[]; problems: LineProblem[] } {
  return { lines: rows.map(({ line, row }) => ({ line, json: JSON.stringify(row) })), problems };
}

function toWords(of: Importable): string {
  return of.replace("-", " ");
}

/** Lets the app check every part; nothing is written. */
async function check(
  api: Api,
  path: string,
  parts: Line[][],
  name: string,
  { err }: Terminal,
): Promise<Counts> {
  const total: Counts = { new: 0, changed: 0, same: 0, removed: 0 };
  const errors: string[] = [];
  await forEachPart(parts, "Checking ", err, async (part) => {
    try {
      const counts = countsSchema.parse(JSON.parse((await put(api, `${path}?dryRun=true`, part)).text));
      total.new += counts.new;
      total.changed += counts.changed;
      total.same += counts.same;
      total.removed += counts.removed;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.errors.length === 0) throw error;
      errors.push(...error.errors.map((text) => toFileLine(text, part)));
    }
  });
  refuse(name, errors);
  return total;
}

async function write(api: Api, path: string, parts: Line[][], { err }: Terminal): Promise<number> {
  let written = 0;
  await forEachPart(parts, "Importing", err, async (part) => {
    try {
      await put(api, path, part);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw toInterruption(error, part, written);
    }
    written += part.length;
  });
  return written;
}

/** What is written stays; whoever reads this must know that doing it all again is safe. */
function toInterruption(error: CommandError, part: Line[], written: number): CommandError {
  const before = written === 0 ? "" : `The ${written} before line ${part[0]?.line} are imported. `;
  const unknown = `Those of lines ${part[0]?.line} to ${part.at(-1)?.line} may be imported in part`;
  const message = `${error.message}\n${before}${unknown}; import the same file again.`;
  return error instanceof UnreachableError
    ? new UnreachableError(message, { cause: error })
    : new CommandError(error.exitCode, message, { cause: error });
}

async function forEachPart(
  parts: Line[][],
  label: string,
  err: Terminal["err"],
  run: (part: Line[]) => Promise<void>,
): Promise<void> {
  const bar = createProgressBar(
    err,
    label,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let done = 0;
  try {
    for (const part of parts) {
      bar.show(done);
      await run(part);
      done += part.length;
    }
    bar.show(done);
  } finally {
    bar.clear();
  }
}

function put(api: Api, path: string, part: Line[]) {
  const body = part.map(({ json }) => json).join("\n");
  return api.call("PUT", path, { type: "application/x-ndjson", body });
}

function cut(lines: readonly Line[]): Line[][] {
  const parts: Line[][] = [];
  let bytes = 0;
  for (const line of lines) {
    const length = Buffer.byteLength(line.json) + 1;
    const part = parts.at(-1);
    if (part === undefined || part.length === MAX_PART_LINES || bytes + length > MAX_PART_BYTES) {
      parts.push([line]);
      bytes = length;
    } else {
      part.push(line);
      bytes += length;
    }
  }
  return parts;
}

/** The app counts the lines of a part; people look for them in the file. */
function toFileLine(text: string, part: Line[]): string {
  return text.replaceAll(/\bline (\d+)\b/g, (all, number) => {
    const line = part[Number(number) - 1];
    return line === undefined ? all : `line ${line.line}`;
  });
}

function refuse(name: string, errors: readonly string[]): void {
  if (errors.length === 0) return;
  const shown = errors.slice(0, MAX_SHOWN).map((text) => `${name}: ${text}`);
  const more = errors.length - shown.length;
  if (more > 0) shown.push(`and ${more} more problems`);
  throw new CommandError(EXIT.refused, [...shown, "Nothing was imported."].join("\n"));
}
