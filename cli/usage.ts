/** How the command line is used. */
import { CommandError, EXIT } from "./terminal.ts";

export const USAGE = `orderbell <command> [options]

  orderbell subscriptions import <file> [--dry-run] [--format csv|ndjson]
      Adds and replaces subscriptions of people and groups. Every line is checked before the first is written.
      The format is told by the file's name (.csv, .ndjson, .jsonl) unless it is given.
  orderbell subscriptions export [--format csv|ndjson]
      Prints all subscriptions as CSV or NDJSON.
  orderbell grants import <file> [--dry-run] [--format csv|ndjson]
  orderbell owner-links import <file> [--dry-run] [--format csv|ndjson]
      The same for what people may follow, and for which Salesforce users are which people; a line with remove ends one.

  orderbell audit <instance id…> [--json] [--concurrency <1 to 32>]
  orderbell audit --order <order id> [--json] [--concurrency <1 to 32>]
  orderbell audit --since <when> [--json] [--concurrency <1 to 32>]
      Re-runs recorded orchestrations, those of an order or of the time since then, and says whether they come out the
      same. <when> is an instant (2026-11-22T10:00:00Z) or a time that has passed (90m, 24h, 7d).
  orderbell audit evidence <instance id> [--out <file>]
      Fetches the signed evidence of a finished orchestration.
  orderbell audit keys [--out <file>]
      Fetches the public keys that evidence of this app is signed with.
  orderbell audit verify <file…> [--key <file>]
      Checks evidence files without any server; --key says by whose keys they must be signed.
  orderbell audit what-if --since <when> [--subscriptions <file> [--replace-all]] [--format csv|ndjson] [--json]
      Decides recorded changes again, by today's code or with the subscriptions of a file beside and instead of the
      recorded ones (--replace-all: no others), and says who would gain and who would lose. Nothing is sent.
      A line of NDJSON may end with "removed":true.

  --url <address>   the app (http://127.0.0.1:7071)
  --token <token>   a bearer token of an administrator, or for audit of an auditor
  --user <id>       on this machine: sign in locally as this person; audit does so by itself, under your own name
  --resource <uri>  audit without --token: what az account get-access-token is asked for (api://…)
  --json            one JSON object on each line, and nothing else

Exit codes: 0 done, reproduced; 1 refused, diverged; 2 wrong usage; 3 the app or a record could not be read.
`;

/** The command cannot be understood; ends with how it is used. */
export function toUsageError(message: string): CommandError {
  return new CommandError(EXIT.usage, `${message}\n\n${USAGE}`);
}
