/** Who is which Salesforce user: a linked person may follow the orders that this user owns. */
import { endGroundless, type SubscriptionTables } from "./put-subscription.ts";

/** Links a person to a Salesforce user (18 characters); doing it twice changes nothing. */
export async function linkOwner(
  { ownerLinks }: Pick<SubscriptionTables, "ownerLinks">,
  salesforceUserId: string,
  userId: string,
): Promise<void> {
  await ownerLinks.put(salesforceUserId, userId);
}

/** Ends a link and the subscription that stood on it; doing it again finishes what was interrupted. */
export async function unlinkOwner(
  tables: SubscriptionTables,
  salesforceUserId: string,
  userId: string,
): Promise<void> {
  await tables.ownerLinks.remove(salesforceUserId, userId);
  await endGroundless(tables, userId, `owner:${salesforceUserId}`);
}
