/** What to tell SignalR of a person's groups, so that its memory of them never grows older than a day. */
import { type SignalRGroupAction, toGroupAction } from "../delivery/to-signalr-message.ts";
import { compareText } from "../domain/compare-text.ts";
import type { GroupsTable } from "../storage/groups-table.ts";

/** The service remembers only the latest 100 groups of a user. */
const MAX_MIRRORED_GROUPS = 100;

/** The groups a person is in now, in the order in which they joined, each once; the latest 100. */
export async function listMirroredGroups(groups: GroupsTable, userId: string): Promise<string[]> {
  const open = (await groups.listOfUser(userId)).filter(({ leftAt }) => leftAt === undefined);
  open.sort((a, b) => compareText(a.joinedAt, b.joinedAt));
  return [...new Set(open.map(({ group }) => group))].slice(-MAX_MIRRORED_GROUPS);
}

/** Adds the person to their groups, oldest first, because the service forgets the oldest. */
export async function planMirror(groups: GroupsTable, userId: string): Promise<SignalRGroupAction[]> {
  return (await listMirroredGroups(groups, userId)).map((group) => toGroupAction("add", group, userId));
}

/**
 * Who left a group while the mirror was made may have been added after they were removed, and would hear what is none
 * of their business any more: such a group is removed again.
 */
export async function planMirrorCorrection(
  groups: GroupsTable,
  userId: string,
  added: readonly string[],
): Promise<SignalRGroupAction[]> {
  const memberships = await groups.listOfUser(userId);
  const open = new Set(memberships.filter(({ leftAt }) => leftAt === undefined).map(({ group }) => group));
  return added.filter((group) => !open.has(group)).map((group) => toGroupAction("remove", group, userId));
}
