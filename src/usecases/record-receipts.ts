/** What a client says back: states only ever rise, and the first time of each is kept. */
import { type Receipt, type ReceiptState, toImpliedStates } from "../domain/receipt.ts";
import { type InboxTables, readEntries } from "./read-inbox.ts";

/** Records a receipt for those ids that are in the person's inbox; answers how many rose and which are not there. */
export async function recordReceipts(
  tables: InboxTables,
  userId: string,
  { ids, state }: Receipt,
  now: Date,
): Promise<{ updated: number; unknown: string[] }> {
  const entries = new Map((await readEntries(tables, userId)).map((entry) => [entry.notification.id, entry]));
  const rising = new Map<string, ReceiptState[]>();
  for (const id of new Set(ids)) {
    const receipts = entries.get(id)?.receipts;
    if (receipts === undefined) continue;
    const missing = toImpliedStates(state).filter((implied) => receipts[implied] === undefined);
    if (missing.length > 0) rising.set(id, missing);
  }
  if (rising.size > 0) await tables.inbox.recordReceipts(userId, rising, now.toISOString());
  return { updated: rising.size, unknown: [...new Set(ids)].filter((id) => !entries.has(id)) };
}
