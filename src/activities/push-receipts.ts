/** What one device of a person said, as messages for all their devices. */
import { type SignalRMessage, toReceiptsMessage } from "../delivery/to-signalr-message.ts";
import { MAX_RECEIPT_IDS, type ReceiptEcho } from "../domain/receipt.ts";

/** The report, and the messages that the function's output binding sends after it returns. */
export type ReceiptsPush = { report: { pushed: number }; messages: SignalRMessage[] };

/** Addresses an echo to its person, 100 ids a message; it reads and writes nothing, so it may run again. */
export function pushReceipts({ userId, ids, state }: ReceiptEcho): ReceiptsPush {
  const messages: SignalRMessage[] = [];
  for (let start = 0; start < ids.length; start += MAX_RECEIPT_IDS) {
    messages.push(toReceiptsMessage(userId, { ids: ids.slice(start, start + MAX_RECEIPT_IDS), state }));
  }
  return { report: { pushed: messages.length }, messages };
}
