/** The words of the command line → what to do. */
import { type AuditCommand, readAuditCommand } from "./read-audit-command.ts";
import { type BulkCommand, readBulkCommand } from "./read-bulk-command.ts";
import { readOptions } from "./read-options.ts";
import { toUsageError } from "./usage.ts";

export type Command = { kind: "help" } | BulkCommand | AuditCommand;

/** Reads the arguments at the instant `now` (ms since 1970); throws a CommandError that says what is wrong with them. */
export function readCommand(args: string[], now: number): Command {
  const { values, words } = readOptions(args);
  if (values.help) return { kind: "help" };
  const [topic, ...rest] = words;
  switch (topic) {
    case undefined:
      throw toUsageError("Say what to do.");
    case "subscriptions":
    case "grants":
    case "owner-links":
      return readBulkCommand(topic, rest, values);
    case "audit":
      return readAuditCommand(rest, values, now);
    default:
      throw toUsageError(`There is no command ${words.join(" ")}.`);
  }
}
