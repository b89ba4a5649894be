/** Bulk grants from an administrator; a line may also revoke one, and then ends the subscription that stood on it. */
import type { BulkFormat } from "../domain/bulk-lines.ts";
import { readGrantLines } from "../domain/grant-lines.ts";
import { inTurns } from "../domain/in-turns.ts";
import {
  checkLines,
  countChanges,
  IMPORTS_AT_ONCE,
  type RemovableCounts,
  type RemovableOutcome,
  toOutcome,
  writeLines,
} from "./import-lines.ts";
import { revokeGrant, type SubscriptionTables } from "./put-subscription.ts";

/** Imports; throws InvalidRequestError naming every wrong line, and then nothing is written. */
export async function importGrants(
  tables: SubscriptionTables,
  format: BulkFormat,
  text: string,
): Promise<RemovableOutcome> {
  const rows = checkLines(readGrantLines(format, text));
  await writeLines(rows, ({ userId, scope, label, remove }) =>
    remove ? revokeGrant(tables, userId, scope) : tables.grants.put(userId, { scope, label }),
  );
  return toOutcome(rows);
}

/** Checks an import as `importGrants` does and says what it would do; writes nothing. */
export async function rehearseGrants(
  { grants }: Pick<SubscriptionTables, "grants">,
  format: BulkFormat,
  text: string,
): Promise<RemovableCounts> {
  const rows = checkLines(readGrantLines(format, text));
  const people = [...new Set(rows.map(({ userId }) => userId))];
  const stored = new Map(
    await inTurns(people, IMPORTS_AT_ONCE, async (userId): Promise<[string, Map<string, string | null>]> => {
      const granted = await grants.list(userId);
      return [userId, new Map(granted.map(({ scope, label }) => [scope, label]))];
    }),
  );
  return countChanges(rows, ({ userId, scope, label }) => {
    const before = stored.get(userId)?.get(scope);
    if (before === undefined) return "absent";
    return before === label ? "same" : "different";
  });
}
