/** Whose inbox is read, and what of their groups they may see. */
import { type Notification, toIdBound } from "../domain/notification.ts";
import { NO_PREFERENCES, type Preferences } from "../domain/preferences.ts";
import { groupBy } from "../domain/group-by.ts";
import type { GroupsTable } from "../storage/groups-table.ts";
import type { InboxTable } from "../storage/inbox-table.ts";

export interface InboxTables {
  inbox: InboxTable;
  groups: GroupsTable;
  preferences: { read(userId: string): Promise<{ preferences: Preferences } | undefined> };
}

/** What was said to a group while someone was in it: ids in (from, to). */
type Interval = { from: string; to: string };

/** One group of a person; `from` and `to` hold all its intervals. */
export type ViewedGroup = { group: string; intervals: Interval[] } & Interval;

/** A person as their inbox knows them. */
export interface Viewer {
  inbox: InboxTable;
  userId: string;
  groups: ViewedGroup[];
  preferences: Preferences;
}

/** Reads what decides over group rows; someone who was never in a group needs no preferences. */
export async function loadViewer(
  { inbox, groups, preferences }: InboxTables,
  userId: string,
): Promise<Viewer> {
  const memberships = await groups.listOfUser(userId);
  const found = memberships.length > 0 ? await preferences.read(userId) : undefined;
  const viewed = [...groupBy(memberships, ({ group }) => group)].map(([group, intervals]) =>
    toViewedGroup(
      group,
      intervals.map(({ joinedAt, leftAt }) => ({
        // Whoever leaves at an instant does not see what is said at it, and whoever joins at it does.
        from: leftAt === undefined ? "" : toIdBound(Date.parse(leftAt) - 1),
        to: toIdBound(Date.parse(joinedAt) - 1),
      })),
    ),
  );
  return { inbox, userId, groups: viewed, preferences: found?.preferences ?? NO_PREFERENCES };
}

/** Whether a member sees what was said to the group under this id, as far as time goes. */
export function isWithin({ intervals }: ViewedGroup, id: string): boolean {
  return intervals.some(({ from, to }) => from < id && id < to);
}

/** Whether the member has muted the kind of news, or every scope that brought it to the group. */
export function isMuted(
  { mutedScopes, mutedTransitions }: Preferences,
  { transition, reasons }: Pick<Notification, "transition" | "reasons">,
): boolean {
  return (
    mutedTransitions.includes(transition) ||
    (reasons.length > 0 && reasons.every(({ scope }) => mutedScopes.includes(scope)))
  );
}

function toViewedGroup(group: string, intervals: Interval[]): ViewedGroup {
  const from = intervals.map((one) => one.from).reduce((a, b) => (a < b ? a : b));
  const to = intervals.map((one) => one.to).reduce((a, b) => (a > b ? a : b));
  return { group, intervals, from, to };
}
