/** A page of a person's inbox: their own rows merged with those of the groups they were in at the time. */
import type { InboxItem, InboxPage } from "../domain/notification.ts";
import { toInboxState } from "../domain/receipt.ts";
import type { InboxHead, InboxRow } from "../storage/inbox-row.ts";
import {
  type InboxEntry,
  readChangedIds,
  readNamedEntries,
  readStretch,
  type Stretch,
  STRETCH_ROWS,
} from "./inbox-entries.ts";
import { type InboxTables, loadViewer, type Viewer } from "./inbox-viewer.ts";

/** What to read; `since` is the `nextSince` of an earlier page (UTC). */
export interface InboxQuery {
  since?: string | undefined;
  /** Only what is older than the notification with this id. */
  before?: string | undefined;
  limit: number;
  state?: InboxItem["state"] | undefined;
}

/** Late rows (retries, other devices' receipts) carry older stamps than the newest row read; clients dedupe by id (ms). */
const CURSOR_OVERLAP_MS = 2 * 60_000;

/**
 * Reads the newest notifications; archived ones only with `since` (so that other devices learn of it) or on request.
 * The counts, and what has changed among what they count, cost one query of the person's newest rows and one per group.
 */
export async function readInbox(tables: InboxTables, userId: string, query: InboxQuery): Promise<InboxPage> {
  const viewer = await loadViewer(tables, userId);
  const { newest, entries } = await readEntries(viewer, query);
  const matching: InboxEntry<InboxRow>[] = [];
  let newestChange = toNewestChange(newest.entries, EPOCH);
  // Only with `since` does it matter whether there is more: what a page leaves out is otherwise reached by `before`.
  const enough = query.since === undefined ? query.limit : query.limit + 1;
  for await (const some of entries) {
    newestChange = toNewestChange(some, newestChange);
    matching.push(...some.filter((entry) => isWanted(entry, query)));
    if (matching.length >= enough) break;
  }
  const isCut = query.since !== undefined && matching.length > query.limit;
  return {
    items: matching.slice(0, query.limit).flatMap(toItem),
    nextSince: isCut && query.since !== undefined ? query.since : toNextSince(newestChange, query.since),
    ...countEntries(newest),
  };
}

/** `entries` come newest first; the newest stretch is read as heads where the page is not made of it. */
async function readEntries(
  viewer: Viewer,
  { since, before, limit }: InboxQuery,
): Promise<{ newest: Stretch<InboxHead>; entries: AsyncIterable<InboxEntry<InboxRow>[]> }> {
  const first = { limit: STRETCH_ROWS };
  if (since !== undefined) {
    const newest = await readStretch(viewer, viewer.inbox.readHeads, first);
    return { newest, entries: readChanged(viewer, newest, since) };
  }
  if (before !== undefined) {
    const newest = await readStretch(viewer, viewer.inbox.readHeads, first);
    return { newest, entries: readOlder(viewer, before, Math.max(limit, SMALLEST_STRETCH)) };
  }
  const newest = await readStretch(viewer, viewer.inbox.read, first);
  return { newest, entries: startWith(newest, readOlder(viewer, newest.end, STRETCH_ROWS)) };
}

/** Some of what is read may be archived or muted: a few more rows than asked for save a second query. */
const SMALLEST_STRETCH = 100;

async function* startWith(
  { entries }: Stretch<InboxRow>,
  rest: AsyncIterable<InboxEntry<InboxRow>[]>,
): AsyncGenerator<InboxEntry<InboxRow>[]> {
  yield entries;
  yield* rest;
}

async function* readOlder(
  viewer: Viewer,
  begin: string | undefined,
  limit: number,
): AsyncGenerator<InboxEntry<InboxRow>[]> {
  for (let after = begin; after !== undefined;) {
    const stretch = await readStretch(viewer, viewer.inbox.read, { after, limit });
    yield stretch.entries;
    after = stretch.end;
  }
}

/** What changed among the newest is known from their heads; among the rest the service looks for it. */
async function* readChanged(
  viewer: Viewer,
  newest: Stretch<InboxHead>,
  since: string,
): AsyncGenerator<InboxEntry<InboxRow>[]> {
  const changed = newest.entries.filter(({ changedAt }) => changedAt >= since).map(({ id }) => id);
  yield await readNamedEntries(viewer, changed);
  for (let after = newest.end; after !== undefined;) {
    const { ids, end } = await readChangedIds(viewer, { after, changedSince: since, limit: STRETCH_ROWS });
    yield await readNamedEntries(viewer, ids);
    after = end;
  }
}

function isWanted({ id, receipts, changedAt }: InboxEntry, { since, before, state }: InboxQuery): boolean {
  if (since !== undefined && changedAt < since) return false;
  if (before !== undefined && id <= before) return false;
  const reached = toInboxState(receipts);
  return state === undefined ? since !== undefined || reached !== "archived" : reached === state;
}

function toItem({ row: { notification }, reasons, receipts }: InboxEntry<InboxRow>): InboxItem[] {
  return notification ? [{ ...notification, reasons, state: toInboxState(receipts) }] : [];
}

function countEntries({ entries, end }: Stretch<InboxHead>) {
  return {
    unseen: entries.filter(({ receipts }) => receipts.seen === undefined).length,
    unread: entries.filter(({ receipts }) => receipts.read === undefined).length,
    ...(end === undefined ? {} : { isCountCapped: true as const }),
  };
}

const EPOCH = new Date(0).toISOString();

function toNewestChange(entries: readonly InboxEntry[], newest: string): string {
  return entries.reduce((latest, { changedAt }) => (changedAt > latest ? changedAt : latest), newest);
}

/** The newest time stamp of the service itself, less the overlap: no clock of ours is involved. */
function toNextSince(newest: string, since: string | undefined): string {
  const next = new Date(Math.max(0, Date.parse(newest) - CURSOR_OVERLAP_MS)).toISOString();
  return since !== undefined && since > next ? since : next;
}
