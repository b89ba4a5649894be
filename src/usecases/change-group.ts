/** Membership: our table is the truth, the SignalR service is told so that group pushes arrive. */
import { type SignalRGroupAction, toGroupAction } from "../delivery/to-signalr-message.ts";
import type { GroupsTable } from "../storage/groups-table.ts";

/** Adds a member and says what to tell SignalR; doing it twice changes nothing. */
export async function joinGroup(
  groups: GroupsTable,
  group: string,
  userId: string,
  now: Date,
): Promise<SignalRGroupAction> {
  const action = toGroupAction("add", group, userId);
  await groups.join(group, userId, now.toISOString());
  return action;
}

/** Ends a membership and says what to tell SignalR. */
export async function leaveGroup(
  groups: GroupsTable,
  group: string,
  userId: string,
  now: Date,
): Promise<SignalRGroupAction> {
  const action = toGroupAction("remove", group, userId);
  await groups.leave(group, userId, now.toISOString());
  return action;
}
