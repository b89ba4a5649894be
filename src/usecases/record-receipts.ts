/** What a client says back: states only ever rise, and the first time of each is kept. */
import { findRisingStates, type Receipt, type ReceiptState, type ReceiptTimes } from "../domain/receipt.ts";
import { isMuted, type InboxTables, loadViewer, type Viewer } from "./inbox-viewer.ts";
import { readNamedOfGroup } from "./inbox-entries.ts";

/** What a receipt did. */
export interface RecordedReceipts {
  updated: number;
  /** Ids that are not in the person's inbox. */
  unknown: string[];
  /** Every id whose state rose. */
  risen: string[];
}

/** Ends the escalations of notifications; must not throw. */
export type EndEscalations = (ids: readonly string[]) => Promise<void>;

/**
 * Records a receipt for those ids that are in the person's inbox; reads the rows it names and no others. Escalations
 * end before the states are written: once these stand, nobody would end what an interruption in between left.
 */
export async function recordReceipts(
  tables: InboxTables,
  userId: string,
  { ids, state }: Receipt,
  now: Date,
  endEscalations: EndEscalations = () => Promise.resolve(),
): Promise<RecordedReceipts> {
  const known = await readNamedStates(tables, userId, ids);
  const rising = new Map<string, ReceiptState[]>();
  const escalating: string[] = [];
  for (const [id, { receipts, escalates }] of known) {
    const missing = findRisingStates(receipts, state);
    if (missing.length > 0) rising.set(id, missing);
    if (escalates && missing.includes("received")) escalating.push(id);
  }
  await endEscalations(escalating);
  if (rising.size > 0) await tables.inbox.recordReceipts(userId, rising, now.toISOString());
  const unknown = [...new Set(ids)].filter((id) => !known.has(id));
  return { updated: rising.size, unknown, risen: [...rising.keys()] };
}

type NamedStates = Map<string, { receipts: ReceiptTimes; escalates: boolean }>;

/** A row in the person's own range, content or overlay, says that the notification is theirs. */
async function readNamedStates(
  tables: InboxTables,
  userId: string,
  ids: readonly string[],
): Promise<NamedStates> {
  const own = await tables.inbox.readNamed({ kind: "user", userId }, ids);
  const states: NamedStates = new Map(own.map((row) => [row.id, row]));
  // What was received before is nobody's to escalate; of the rest a group's row may know more.
  const open = ids.filter((id) => states.get(id)?.receipts.received === undefined);
  if (open.length === 0) return states;
  const viewer = await loadViewer(tables, userId);
  for (const { id, escalates } of await readHeard(viewer, open)) {
    const known = states.get(id);
    states.set(id, {
      receipts: known?.receipts ?? {},
      escalates: escalates || known?.escalates === true,
    });
  }
  return states;
}

async function readHeard(viewer: Viewer, ids: readonly string[]) {
  const found = await Promise.all(viewer.groups.map((group) => readNamedOfGroup(viewer, group, ids)));
  return found.flat().filter(({ said }) => said !== undefined && !isMuted(viewer.preferences, said));
}
