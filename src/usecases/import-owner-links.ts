/** Bulk owner links from an administrator; a line may also end one, and the subscription that stood on it. */
import type { BulkFormat } from "../domain/bulk-lines.ts";
import { inTurns } from "../domain/in-turns.ts";
import { readOwnerLinkLines } from "../domain/owner-link-lines.ts";
import { linkOwner, unlinkOwner } from "./change-owner-link.ts";
import {
  checkLines,
  countChanges,
  IMPORTS_AT_ONCE,
  type RemovableCounts,
  type RemovableOutcome,
  toOutcome,
  writeLines,
} from "./import-lines.ts";
import type { SubscriptionTables } from "./put-subscription.ts";

/** Imports; throws InvalidRequestError naming every wrong line, and then nothing is written. */
export async function importOwnerLinks(
  tables: SubscriptionTables,
  format: BulkFormat,
  text: string,
): Promise<RemovableOutcome> {
  const rows = checkLines(readOwnerLinkLines(format, text));
  await writeLines(rows, ({ salesforceUserId, userId, remove }) =>
    (remove ? unlinkOwner : linkOwner)(tables, salesforceUserId, userId),
  );
  return toOutcome(rows);
}

/** Checks an import as `importOwnerLinks` does and says what it would do; writes nothing. */
export async function rehearseOwnerLinks(
  { ownerLinks }: Pick<SubscriptionTables, "ownerLinks">,
  format: BulkFormat,
  text: string,
): Promise<RemovableCounts> {
  const rows = checkLines(readOwnerLinkLines(format, text));
  const people = [...new Set(rows.map(({ userId }) => userId))];
  const stored = new Map(
    await inTurns(people, IMPORTS_AT_ONCE, async (userId): Promise<[string, string[]]> => {
      return [userId, await ownerLinks.listOfUser(userId)];
    }),
  );
  return countChanges(rows, ({ salesforceUserId, userId }) =>
    stored.get(userId)?.includes(salesforceUserId) === true ? "same" : "absent",
  );
}
