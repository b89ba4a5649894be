/** Marks everything unread as read. */
import { toIdBound } from "../domain/notification.ts";
import { findRisingStates, MAX_MARKED, type ReceiptState } from "../domain/receipt.ts";
import { type InboxEntry, readStretch, type Stretch, STRETCH_ROWS } from "./inbox-entries.ts";
import type { InboxHead } from "../storage/inbox-row.ts";
import { type InboxTables, loadViewer, type Viewer } from "./inbox-viewer.ts";
import type { EndEscalations, RecordedReceipts } from "./record-receipts.ts";

/** What was marked; `more` says that something unread was left for another call. */
export type ReadAllOutcome = Pick<RecordedReceipts, "updated" | "risen"> & { more: boolean };

/** Marks what is unread and was said up to now, newest first and at most 1,000 of it; doing it twice is harmless. */
export async function readAll(
  tables: InboxTables,
  userId: string,
  now: Date,
  endEscalations: EndEscalations = () => Promise.resolve(),
): Promise<ReadAllOutcome> {
  const viewer = await loadViewer(tables, userId);
  const { unread, more } = await findUnread(viewer, toIdBound(now.getTime()));
  const rising = new Map<string, readonly ReceiptState[]>(
    unread.map(({ id, receipts }) => [id, findRisingStates(receipts, "read")]),
  );
  const escalating = unread
    .filter(({ escalates, receipts }) => escalates && receipts.received === undefined)
    .map(({ id }) => id);
  await endEscalations(escalating);
  if (rising.size > 0) await tables.inbox.recordReceipts(userId, rising, now.toISOString());
  return { updated: rising.size, more, risen: [...rising.keys()] };
}

async function findUnread(viewer: Viewer, upToNow: string): Promise<{ unread: InboxEntry[]; more: boolean }> {
  const unread: InboxEntry[] = [];
  for (let after: string | undefined = upToNow; after !== undefined;) {
    const slice = { after, limit: STRETCH_ROWS };
    const stretch: Stretch<InboxHead> = await readStretch(viewer, viewer.inbox.readHeads, slice);
    unread.push(...stretch.entries.filter(({ receipts }) => receipts.read === undefined));
    if (unread.length > MAX_MARKED) return { unread: unread.slice(0, MAX_MARKED), more: true };
    after = stretch.end;
  }
  return { unread, more: false };
}
