/**
 * A person's own subscriptions. Each stands on a ground: a grant, or the person being the owner of the orders. A role
 * is no ground, administrators' own subscriptions included: nothing would end with it.
 */
import { ForbiddenError } from "../domain/errors.ts";
import type { Escalation, Grant, Scope, Subscription, SubscriptionRules } from "../domain/subscription.ts";
import type { GrantsTable } from "../storage/grants-table.ts";
import type { OwnerLinksTable } from "../storage/owner-links-table.ts";
import type { SubscriptionsTable } from "../storage/subscriptions-table.ts";

export interface SubscriptionTables {
  subscriptions: SubscriptionsTable;
  grants: GrantsTable;
  ownerLinks: OwnerLinksTable;
}

/**
 * Subscribes, keeping what an administrator had set, and answers the rules that stand now; throws ForbiddenError for what
 * an administrator did not allow the person.
 */
export async function putSubscription(
  tables: SubscriptionTables,
  userId: string,
  scope: Scope,
  rules: SubscriptionRules,
): Promise<SubscriptionRules> {
  await requireGround(tables, userId, scope);
  const target = { kind: "user", userId } as const;
  const written = await tables.subscriptions.putOwn(scope, userId, (stored) =>
    keepEscalate(rules, stored?.escalate),
  );
  // A ground that went away between the check and the write must not leave a subscription behind.
  if (!(await mayFollow(tables, userId, scope))) {
    await tables.subscriptions.remove(scope, target);
    await requireGround(tables, userId, scope);
  }
  return written;
}

/** Whom else to tell is for administrators to say, and it goes with the priority high: both stay as they are. */
function keepEscalate(rules: SubscriptionRules, stored: Escalation | undefined): SubscriptionRules {
  const { escalate } = rules;
  const isSame = escalate?.group === stored?.group && escalate?.afterMinutes === stored?.afterMinutes;
  if (escalate !== undefined && !isSame) {
    throw new ForbiddenError("Only administrators may set escalate, because it tells other people.");
  }
  return stored === undefined ? rules : { ...rules, priority: "high", escalate: stored };
}

/** What a person follows, and what they may follow: by a grant, or as the owner. */
export async function listSubscriptions(
  { subscriptions, grants, ownerLinks }: SubscriptionTables,
  userId: string,
): Promise<{ items: ({ scope: Scope } & SubscriptionRules)[]; grants: Grant[] }> {
  const [own, granted, owners] = await Promise.all([
    subscriptions.listOfUser(userId),
    grants.list(userId),
    ownerLinks.listOfUser(userId),
  ]);
  const items = own.map(({ scope, rules }: Subscription) => ({ scope, ...rules }));
  return { items, grants: [...granted, ...toOwnerGrants(owners, granted)] };
}

/** Revokes a grant and ends the subscription that stood on it; doing it again finishes what was interrupted. */
export async function revokeGrant(tables: SubscriptionTables, userId: string, scope: Scope): Promise<void> {
  await tables.grants.remove(userId, scope);
  await endGroundless(tables, userId, scope);
}

/** Ends a person's subscription that stands on nothing any more. */
export async function endGroundless(tables: SubscriptionTables, userId: string, scope: Scope): Promise<void> {
  if (await mayFollow(tables, userId, scope)) return;
  await tables.subscriptions.remove(scope, { kind: "user", userId });
}

async function mayFollow(
  { grants, ownerLinks }: SubscriptionTables,
  userId: string,
  scope: Scope,
): Promise<boolean> {
  if (await grants.has(userId, scope)) return true;
  return scope.startsWith(OWNER) && ownerLinks.has(scope.slice(OWNER.length), userId);
}

const OWNER = "owner:";

async function requireGround(tables: SubscriptionTables, userId: string, scope: Scope): Promise<void> {
  if (await mayFollow(tables, userId, scope)) return;
  if (scope === "all") throw new ForbiddenError("Only administrators decide who follows all orders.");
  const reason = scope.startsWith(OWNER)
    ? "it is not your own Salesforce user, and no administrator has granted it"
    : "an administrator has to grant it first";
  throw new ForbiddenError(`You may not follow ${scope}: ${reason}.`);
}

/** The Salesforce users that a person is, as grants; one that was granted too keeps the label of its grant. */
function toOwnerGrants(owners: readonly string[], granted: readonly Grant[]): Grant[] {
  const known = new Set(granted.map(({ scope }) => scope));
  return owners
    .map((owner) => ({
      scope: `${OWNER}${owner}`,
      label: owners.length === 1 ? "My orders" : `My orders (${owner})`,
    }))
    .filter(({ scope }) => !known.has(scope));
}
