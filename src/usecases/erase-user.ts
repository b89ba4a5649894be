/** Erases what OrderBell keeps of a person; their rights go first, so that nothing new comes in meanwhile. */
import { type SignalRGroupAction, toGroupAction } from "../delivery/to-signalr-message.ts";
import type { DeadLettersTable } from "../storage/dead-letters-table.ts";
import type { DigestsTable } from "../storage/digests-table.ts";
import type { GrantsTable } from "../storage/grants-table.ts";
import type { GroupsTable } from "../storage/groups-table.ts";
import type { InboxTable } from "../storage/inbox-table.ts";
import type { OwnerLinksTable } from "../storage/owner-links-table.ts";
import type { PreferencesTable } from "../storage/preferences-table.ts";
import type { SubscriptionsTable } from "../storage/subscriptions-table.ts";

export interface EraseUserDeps {
  inbox: Pick<InboxTable, "erase">;
  subscriptions: Pick<SubscriptionsTable, "listOfUser" | "remove">;
  groups: Pick<GroupsTable, "listOfUser" | "leave">;
  grants: Pick<GrantsTable, "list" | "remove">;
  preferences: Pick<PreferencesTable, "remove">;
  ownerLinks: Pick<OwnerLinksTable, "listOfUser" | "remove">;
  digests: Pick<DigestsTable, "erase">;
  deadLetters: Pick<DeadLettersTable, "erase">;
}

/** How many there were of each; group intervals are closed, not removed. */
export interface ErasedUser {
  removed: {
    grants: number;
    ownerLinks: number;
    subscriptions: number;
    preferences: number;
    digests: number;
    deadLetters: number;
    inbox: number;
  };
  /** Memberships that ended now. */
  groupsLeft: number;
  /** Intervals of membership that the audit needs: who was a member of a group at the time of a notification. */
  remaining: { groupIntervals: number };
}

/** Erases a person and says what to tell SignalR; doing it again is harmless and finishes what an earlier call did not. */
export async function eraseUser(
  deps: EraseUserDeps,
  userId: string,
  now: Date,
): Promise<{ erased: ErasedUser; mirror: SignalRGroupAction[] }> {
  const memberships = await deps.groups.listOfUser(userId);
  const names = [...new Set(memberships.map(({ group }) => group))];
  // Also of groups they left long ago: an earlier call may have ended before SignalR heard of it.
  const mirror = names.map((group) => toGroupAction("remove", group, userId));
  const open = memberships.filter(({ leftAt }) => leftAt === undefined);
  const grants = await removeGrants(deps, userId);
  const ownerLinks = await removeOwnerLinks(deps, userId);
  const subscriptions = await removeSubscriptions(deps, userId);
  for (const group of new Set(open.map(({ group }) => group))) {
    await deps.groups.leave(group, userId, now.toISOString());
  }
  const preferences = (await deps.preferences.remove(userId)) ? 1 : 0;
  const digests = await deps.digests.erase(userId);
  // Before the inbox: a redrive of one would write there again.
  const deadLetters = await deps.deadLetters.erase(userId);
  const inbox = await deps.inbox.erase(userId);
  const erased: ErasedUser = {
    removed: { grants, ownerLinks, subscriptions, preferences, digests, deadLetters, inbox },
    groupsLeft: open.length,
    remaining: { groupIntervals: memberships.length },
  };
  return { erased, mirror };
}

async function removeGrants({ grants }: EraseUserDeps, userId: string): Promise<number> {
  const granted = await grants.list(userId);
  for (const { scope } of granted) await grants.remove(userId, scope);
  return granted.length;
}

async function removeOwnerLinks({ ownerLinks }: EraseUserDeps, userId: string): Promise<number> {
  const linked = await ownerLinks.listOfUser(userId);
  for (const salesforceUserId of linked) await ownerLinks.remove(salesforceUserId, userId);
  return linked.length;
}

async function removeSubscriptions({ subscriptions }: EraseUserDeps, userId: string): Promise<number> {
  const followed = await subscriptions.listOfUser(userId);
  for (const { scope } of followed) await subscriptions.remove(scope, { kind: "user", userId });
  return followed.length;
}
