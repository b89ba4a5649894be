/** The words of the command line → what to do. */
import { parseArgs } from "node:util";
import { type BulkFormat, bulkFormatSchema } from "../src/domain/subscription-lines.ts";
import type { SignIn } from "./api.ts";
import { CommandError, EXIT } from "./terminal.ts";

export const USAGE = `orderbell <command> [options]

  orderbell subscriptions import <file> [--dry-run] [--format csv|ndjson]
      Adds and replaces subscriptions of people and groups. Every line is checked before the first is written.
      The format is told by the file's name (.csv, .ndjson, .jsonl) unless it is given.
  orderbell subscriptions export [--format csv|ndjson]
      Prints all subscriptions as CSV or NDJSON.

  --url <address>   the app (http://127.0.0.1:7071)
  --token <token>   a bearer token of an administrator
  --user <id>       on this machine: sign in locally as this administrator

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the app could not be reached or could not answer.
`;

/** Where the app is, and as whom. */
export type Target = { url: string; signIn: SignIn };

export type Command =
  | { kind: "help" }
  | { kind: "import"; target: Target; file: string; format: BulkFormat; isDryRun: boolean }
  | { kind: "export"; target: Target; format: BulkFormat };

/** Reads the arguments; throws a CommandError that says what is wrong with them. */
export function readCommand(args: string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: "help" };
  const [topic, verb, file, ...rest] = positionals;
  if (topic !== "subscriptions" || (verb !== "import" && verb !== "export")) {
    throw usage(
      positionals.length === 0 ? "Say what to do." : `There is no command ${positionals.join(" ")}.`,
    );
  }
  const target = toTarget(values);
  if (verb === "export") {
    if (file !== undefined) throw usage("export takes no file: it prints.");
    if (values["dry-run"]) throw usage("--dry-run is for import.");
    return { kind: "export", target, format: toFormat(values.format ?? "csv") };
  }
  if (file === undefined || rest.length > 0) throw usage("import takes one file.");
  const format = toFormat(values.format ?? toExtension(file));
  return { kind: "import", target, file, format, isDryRun: values["dry-run"] };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: "string", default: "http://127.0.0.1:7071" },
        token: { type: "string" },
        user: { type: "string" },
        format: { type: "string" },
        "dry-run": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function toTarget(o: { url: string; token?: string; user?: string }): Target {
  const url = URL.canParse(o.url) ? new URL(o.url) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw usage(`--url takes an http or https address, not ${o.url}.`);
  }
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if ((o.token === undefined) === (o.user === undefined)) throw usage("Give --token or --user.");
  if (o.user !== undefined) {
    if (!isLocal) throw usage("--user signs in on this machine only; give --token.");
    return { url: url.origin, signIn: { kind: "local", userId: o.user } };
  }
  if (!isLocal && url.protocol !== "https:") throw usage("A token travels over https only.");
  return { url: url.origin, signIn: { kind: "token", token: o.token ?? "" } };
}

function toExtension(file: string): string {
  const extension = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  return extension === "jsonl" ? "ndjson" : (extension ?? "");
}

function toFormat(text: string): BulkFormat {
  const format = bulkFormatSchema.safeParse(text);
  if (!format.success) throw usage("Give --format csv or --format ndjson.");
  return format.data;
}

function usage(message: string): CommandError {
  return new CommandError(EXIT.usage, `${message}\n\n${USAGE}`);
}
