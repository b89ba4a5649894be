/** The lines of a bulk of owner links: `{"salesforceUserId":"005…","userId":"ada"}`, or with `"remove":true`. */
import { z } from "zod";
import type { BulkFormat, BulkLines } from "./bulk-lines.ts";
import { readRemovableLines, removeSchema } from "./removable-lines.ts";
import { salesforceUserIdSchema } from "./salesforce-id.ts";
import { principalIdSchema } from "./subscription.ts";

/** A link of a Salesforce user and a person, or the end of it; as JSON it is a line of NDJSON. */
export const ownerLinkLineSchema = z.strictObject({
  salesforceUserId: salesforceUserIdSchema,
  userId: principalIdSchema,
  remove: removeSchema,
});

export type OwnerLinkLine = z.infer<typeof ownerLinkLineSchema>;

/** Reads a bulk whole; CSV has the columns salesforceUserId, userId and remove. */
export function readOwnerLinkLines(format: BulkFormat, text: string): BulkLines<OwnerLinkLine> {
  const form = { schema: ownerLinkLineSchema, key: ["salesforceUserId", "userId"], others: [] } as const;
  return readRemovableLines(form, format, text);
}
