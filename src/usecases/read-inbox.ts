/** A person's inbox: their own rows merged with those of the groups they were in at the time. */
import type { InboxItem, InboxPage, Notification } from "../domain/notification.ts";
import { receiptStateSchema, type ReceiptState } from "../domain/receipt.ts";
import type { GroupsTable, Membership } from "../storage/groups-table.ts";
import type { InboxRow, InboxTable, ReceiptTimes } from "../storage/inbox-table.ts";

export interface InboxTables {
  inbox: InboxTable;
  groups: GroupsTable;
}

/** What to read; `since` is the `nextSince` of an earlier page (UTC). */
export interface InboxQuery {
  since?: string | undefined;
  /** Only what is older than the notification with this id. */
  before?: string | undefined;
  limit: number;
  state?: InboxItem["state"] | undefined;
}

/** One notification as this person has it. */
export type InboxEntry = { notification: Notification; receipts: ReceiptTimes; changedAt: string };

/** Late rows (retries, other devices' receipts) carry older stamps than the newest row read; clients dedupe by id (ms). */
const CURSOR_OVERLAP_MS = 2 * 60_000;

/** Reads the newest notifications; archived ones only with `since` (so that other devices learn of it) or on request. */
export async function readInbox(tables: InboxTables, userId: string, query: InboxQuery): Promise<InboxPage> {
  const entries = await readEntries(tables, userId);
  const all = entries.map((entry) => ({ ...entry, state: toState(entry.receipts) }));
  const matching = all.filter(({ notification, state, changedAt }) => {
    if (query.since !== undefined && changedAt < query.since) return false;
    if (query.before !== undefined && notification.id <= query.before) return false;
    return query.state === undefined
      ? query.since !== undefined || state !== "archived"
      : state === query.state;
  });
  const page = matching.slice(0, query.limit);
  return {
    items: page.map(({ notification, state }) => ({ ...notification, state })),
    // What a page leaves out is reached by `before`; only with `since` the cursor may not pass it.
    nextSince:
      query.since !== undefined && page.length < matching.length
        ? query.since
        : toNextSince(entries, query.since),
    unseen: all.filter(({ receipts }) => receipts.seen === undefined).length,
    unread: all.filter(({ receipts }) => receipts.read === undefined).length,
  };
}

/** Every notification of a person, newest first; one that came directly and by group appears once. */
export async function readEntries({ inbox, groups }: InboxTables, userId: string): Promise<InboxEntry[]> {
  const memberships = await groups.listOfUser(userId);
  const names = [...new Set(memberships.map(({ group }) => group))];
  const [own, ...ofGroups] = await Promise.all([
    inbox.readOwn(userId),
    ...names.map((name) => inbox.readGroup(name)),
  ]);
  const entries = new Map<string, InboxEntry>();
  const overlays = new Map(own.map((row) => [row.id, row]));
  for (const row of own) addEntry(entries, row, undefined);
  for (const [index, rows] of ofGroups.entries()) {
    const intervals = memberships.filter(({ group }) => group === names[index]);
    for (const row of rows.filter((one) => isWithin(one, intervals)))
      addEntry(entries, row, overlays.get(row.id));
  }
  return [...entries.values()].toSorted((a, b) => (a.notification.id < b.notification.id ? -1 : 1));
}

function addEntry(entries: Map<string, InboxEntry>, row: InboxRow, overlay: InboxRow | undefined): void {
  const { notification } = row;
  if (notification === undefined) return;
  const known = entries.get(row.id);
  if (known) {
    known.notification = {
      ...known.notification,
      reasons: [...known.notification.reasons, ...notification.reasons],
    };
    return;
  }
  const changedAt = overlay && overlay.changedAt > row.changedAt ? overlay.changedAt : row.changedAt;
  entries.set(row.id, { notification, receipts: { ...row.receipts, ...overlay?.receipts }, changedAt });
}

function isWithin({ notification }: InboxRow, intervals: readonly Membership[]): boolean {
  if (notification === undefined) return false;
  const { createdAt } = notification;
  return intervals.some(
    ({ joinedAt, leftAt }) => joinedAt <= createdAt && (leftAt === undefined || createdAt < leftAt),
  );
}

/** The highest rung of the ladder that was reached. */
function toState(receipts: ReceiptTimes): InboxItem["state"] {
  return (
    receiptStateSchema.options.findLast((state: ReceiptState) => receipts[state] !== undefined) ?? "stored"
  );
}

const EPOCH = new Date(0).toISOString();

/** The newest time stamp of the service itself, less the overlap: no clock of ours is involved. */
function toNextSince(entries: readonly InboxEntry[], since: string | undefined): string {
  const newest = entries.reduce((latest, { changedAt }) => (changedAt > latest ? changedAt : latest), EPOCH);
  const next = new Date(Math.max(0, Date.parse(newest) - CURSOR_OVERLAP_MS)).toISOString();
  return since !== undefined && since > next ? since : next;
}
