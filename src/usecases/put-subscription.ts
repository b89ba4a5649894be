/** A person's own subscriptions, inside what an admin granted them. */
import { ForbiddenError } from "../domain/errors.ts";
import type { Grant, Scope, Subscription, SubscriptionRules } from "../domain/subscription.ts";
import type { GrantsTable } from "../storage/grants-table.ts";
import type { SubscriptionsTable } from "../storage/subscriptions-table.ts";

export interface SubscriptionTables {
  subscriptions: SubscriptionsTable;
  grants: GrantsTable;
}

/** Subscribes; throws ForbiddenError outside the person's grants. */
export async function putSubscription(
  { subscriptions, grants }: SubscriptionTables,
  userId: string,
  scope: Scope,
  rules: SubscriptionRules,
): Promise<void> {
  await requireGrant(grants, userId, scope);
  const target = { kind: "user", userId } as const;
  await subscriptions.put({ scope, target, rules });
  // A grant revoked between the check and the write must not leave a subscription behind.
  if (!(await grants.has(userId, scope))) {
    await subscriptions.remove(scope, target);
    await requireGrant(grants, userId, scope);
  }
}

/** What a person follows, and what they may follow. */
export async function listSubscriptions(
  { subscriptions, grants }: SubscriptionTables,
  userId: string,
): Promise<{ items: ({ scope: Scope } & SubscriptionRules)[]; grants: Grant[] }> {
  const [own, granted] = await Promise.all([subscriptions.listOfUser(userId), grants.list(userId)]);
  return { items: own.map(({ scope, rules }: Subscription) => ({ scope, ...rules })), grants: granted };
}

/** Revokes a grant and ends the subscription that stood on it. */
export async function revokeGrant(
  { subscriptions, grants }: SubscriptionTables,
  userId: string,
  scope: Scope,
): Promise<void> {
  await grants.remove(userId, scope);
  await subscriptions.remove(scope, { kind: "user", userId });
}

async function requireGrant(grants: GrantsTable, userId: string, scope: Scope): Promise<void> {
  if (await grants.has(userId, scope)) return;
  throw new ForbiddenError(`You may not follow ${scope}: an administrator has to grant it first.`);
}
