/**
 * A person's own rows merged with those of their groups, a stretch at a time.
 *
 * Every source (their own range, each group's) gives its next rows in order of id. Where a source was cut off, nothing
 * older than its last row is known to be complete: so a stretch ends at the newest of those ends.
 */
import type { Notification } from "../domain/notification.ts";
import type { ReceiptTimes } from "../domain/receipt.ts";
import type { Target } from "../domain/subscription.ts";
import type { InboxHead, InboxRow } from "../storage/inbox-row.ts";
import type { InboxSlice } from "../storage/inbox-table.ts";
import { isMuted, isWithin, type Viewer, type ViewedGroup } from "./inbox-viewer.ts";

/** One notification as this person has it; `row` is the one that holds its content. */
export interface InboxEntry<Row extends InboxHead = InboxHead> {
  id: string;
  row: Row;
  reasons: Notification["reasons"];
  receipts: ReceiptTimes;
  escalates: boolean;
  changedAt: string;
}

/** Entries newest first; `end` is the id after which to go on, undefined when there is nothing more. */
export type Stretch<Row extends InboxHead> = { entries: InboxEntry<Row>[]; end: string | undefined };

/** The most rows of one source in a stretch: one page of the service. */
export const STRETCH_ROWS = 1_000;

type Read<Row> = (target: Target, slice: InboxSlice) => Promise<Row[]>;
type RowsById<Row> = Map<string, { own: Row | undefined; ofGroups: Row[] }>;

/** The next entries after `after` (an id; undefined begins at the newest), at most `limit` of them. */
export async function readStretch<Row extends InboxHead>(
  viewer: Viewer,
  read: Read<Row>,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Stretch<Row>> {
  const { rows, end } = await readSources(viewer, read, { after, limit });
  return { entries: toEntries(viewer, rows), end };
}

/** Whole entries of those ids that are in the person's inbox, newest first. */
export async function readNamedEntries(
  viewer: Viewer,
  ids: readonly string[],
): Promise<InboxEntry<InboxRow>[]> {
  if (ids.length === 0) return [];
  const own = viewer.inbox.readNamed(toUser(viewer), ids);
  const ofGroups = viewer.groups.map((group) => readNamedOfGroup(viewer, group, ids));
  const rows: RowsById<InboxRow> = new Map();
  addOwn(rows, await own);
  for (const found of await Promise.all(ofGroups)) addOfGroup(rows, found);
  return toEntries(viewer, rows);
}

/** Rows of one group that the person may see by time. */
export async function readNamedOfGroup(
  { inbox }: Viewer,
  group: ViewedGroup,
  ids: readonly string[],
): Promise<InboxRow[]> {
  const visible = ids.filter((id) => isWithin(group, id));
  return inbox.readNamed({ kind: "group", group: group.group }, visible);
}

/** Ids of rows that changed since then and are older than `after`, newest first, a stretch at a time. */
export async function readChangedIds(
  viewer: Viewer,
  slice: { after: string; changedSince: string; limit: number },
): Promise<{ ids: string[]; end: string | undefined }> {
  const { rows, end } = await readSources(viewer, viewer.inbox.readHeads, slice);
  return { ids: [...rows.keys()].toSorted(), end };
}

/** The person themselves as an inbox target. */
function toUser({ userId }: Viewer): Target {
  return { kind: "user", userId };
}

async function readSources<Row extends InboxHead>(
  viewer: Viewer,
  read: Read<Row>,
  slice: InboxSlice & { limit: number },
): Promise<{ rows: RowsById<Row>; end: string | undefined }> {
  const groups = viewer.groups.filter(({ to }) => slice.after === undefined || slice.after < to);
  const [own, ...ofGroups] = await Promise.all([
    read(toUser(viewer), slice),
    ...groups.map(({ group, from, to }) => read({ kind: "group", group }, { ...slice, from, to })),
  ]);
  const ends = [own, ...ofGroups].flatMap((rows) =>
    rows.length < slice.limit ? [] : (rows.at(-1)?.id ?? []),
  );
  const cut = ends.toSorted()[0];
  const isComplete = ({ id }: Row) => cut === undefined || id <= cut;
  const rows: RowsById<Row> = new Map();
  addOwn(rows, own.filter(isComplete));
  for (const [index, found] of ofGroups.entries()) {
    const group = groups[index];
    if (group)
      addOfGroup(
        rows,
        found.filter((row) => isComplete(row) && isWithin(group, row.id)),
      );
  }
  const ids = [...rows.keys()].toSorted();
  const last = ids[slice.limit - 1];
  if (ids.length <= slice.limit || last === undefined) return { rows, end: cut };
  for (const id of ids.slice(slice.limit)) rows.delete(id);
  return { rows, end: last };
}

function addOwn<Row extends InboxHead>(rows: RowsById<Row>, found: readonly Row[]): void {
  for (const own of found) rows.set(own.id, { own, ofGroups: [] });
}

function addOfGroup<Row extends InboxHead>(rows: RowsById<Row>, found: readonly Row[]): void {
  for (const row of found) {
    const known = rows.get(row.id);
    if (known) known.ofGroups.push(row);
    else rows.set(row.id, { own: undefined, ofGroups: [row] });
  }
}

/** One that came directly and by group appears once; a group's that the member muted does not appear. */
function toEntries<Row extends InboxHead>({ preferences }: Viewer, rows: RowsById<Row>): InboxEntry<Row>[] {
  const entries: InboxEntry<Row>[] = [];
  for (const [id, { own, ofGroups }] of rows) {
    const heard = ofGroups.filter(({ said }) => said !== undefined && !isMuted(preferences, said));
    const holders = own?.said ? [own, ...heard] : heard;
    const [row] = holders;
    if (row === undefined) continue;
    const all = own ? [own, ...heard] : heard;
    entries.push({
      id,
      row,
      reasons: holders.flatMap(({ said }) => said?.reasons ?? []),
      receipts: own?.receipts ?? {},
      escalates: holders.some(({ escalates }) => escalates),
      changedAt: all.map(({ changedAt }) => changedAt).reduce((a, b) => (a > b ? a : b)),
    });
  }
  return entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
