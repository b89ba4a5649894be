/** The lines of a bulk of grants: `{"userId":"ada","scope":"account:001…","label":"Acme"}`, or with `"remove":true`. */
import { z } from "zod";
import type { BulkFormat, BulkLines } from "./bulk-lines.ts";
import { readRemovableLines, removeSchema } from "./removable-lines.ts";
import { grantSchema, principalIdSchema, scopeSchema } from "./subscription.ts";

/** A grant of a person, or the end of it; as JSON it is a line of NDJSON. */
export const grantLineSchema = z.strictObject({
  userId: principalIdSchema,
  scope: scopeSchema,
  /** Without meaning where the grant ends. */
  label: grantSchema.shape.label.default(null),
  remove: removeSchema,
});

export type GrantLine = z.infer<typeof grantLineSchema>;

/** Reads a bulk whole; CSV has the columns userId, scope, label and remove. */
export function readGrantLines(format: BulkFormat, text: string): BulkLines<GrantLine> {
  const form = { schema: grantLineSchema, key: ["userId", "scope"], others: ["label"] } as const;
  return readRemovableLines(form, format, text);
}
