/** The words after `orderbell subscriptions`, `grants` and `owner-links`. */
import type { BulkFormat } from "../src/domain/bulk-lines.ts";
import type { Importable } from "./import-lines.ts";
import { type Options, requireOnly, TARGET_OPTIONS, toFormat } from "./read-options.ts";
import { type Target, toTarget } from "./read-target.ts";
import { toUsageError } from "./usage.ts";

export type BulkCommand =
  | { kind: "import"; of: Importable; target: Target; file: string; format: BulkFormat; isDryRun: boolean }
  | { kind: "export"; target: Target; format: BulkFormat };

/** Reads them; throws a CommandError that says what is wrong. */
export function readBulkCommand(
  of: Importable,
  [verb, file, ...rest]: string[],
  values: Options,
): BulkCommand {
  switch (verb) {
    case "export":
      if (of !== "subscriptions") throw toUsageError("Only subscriptions can be exported.");
      requireOnly("export", values, [...TARGET_OPTIONS, "format"]);
      if (file !== undefined) throw toUsageError("export takes no file: it prints.");
      return { kind: "export", target: toTarget(values), format: toFormat(values.format ?? "csv", "") };
    case "import": {
      requireOnly("import", values, [...TARGET_OPTIONS, "format", "dry-run"]);
      const target = toTarget(values);
      if (file === undefined || rest.length > 0) throw toUsageError("import takes one file.");
      const format = toFormat(values.format, file);
      return { kind: "import", of, target, file, format, isDryRun: values["dry-run"] ?? false };
    }
    default:
      throw toUsageError(`There is no command ${of} ${verb ?? ""}`.trim().concat("."));
  }
}
