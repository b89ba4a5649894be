/** Which fields of an order are asked for: those that matter must be visible, the others are left out when they are not. */
import { REQUIRED_FIELDS } from "../domain/order-change.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import type { Salesforce } from "../ingress/salesforce.ts";

/** The fields of an order that are configured. */
export interface OrderFieldNames {
  /** Whose change is news. */
  coreFields: readonly string[];
  /** Kept beside them. */
  otherFields: readonly string[];
}

/**
 * Answers the fields to ask for, and those that are left out. Throws SalesforceError (`invalidField`) when a core field
 * is hidden: read without it, a version would not be recognised by whoever knows it from an outbound message.
 */
export async function findOrderFields(
  salesforce: Pick<Salesforce, "findFields">,
  { coreFields, otherFields }: OrderFieldNames,
): Promise<{ visible: string[]; missing: string[] }> {
  const core = [...new Set([...REQUIRED_FIELDS, ...coreFields])];
  const { visible, missing } = await salesforce.findFields([...core, ...otherFields]);
  const hidden = missing.filter((field) => core.includes(field));
  if (hidden.length === 0) return { visible, missing };
  throw new SalesforceError(
    "invalidField",
    `The organisation has no ${hidden.join(", ")} on orders, or the Salesforce login does not see it: ` +
      "let it see the field, or take it out of ORDER_CORE_FIELDS.",
  );
}
