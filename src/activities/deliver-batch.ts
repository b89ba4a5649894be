/**
 * Writes the inbox rows of one batch and says what to push: the rows first, because a push is only a hint.
 * It runs at least once: ids are deterministic, so a re-run writes the same rows and sends the same ids.
 */
import type { BatchReport, DeliveryBatch } from "../domain/delivery-batch.ts";
import { type SignalRMessage, toNotification, toSignalRMessage } from "../delivery/to-signalr-message.ts";
import type { InboxTable } from "../storage/inbox-table.ts";

/** The report, and the messages that the function's output bindings send after it returns. */
export type Delivery = { report: BatchReport; messages: SignalRMessage[] };

/** Builds the activity. */
export function createDeliverBatch(deps: { inbox: InboxTable }): (batch: DeliveryBatch) => Promise<Delivery> {
  return async ({ instanceId, announcement, recipients }) => {
    const rows = recipients.map((recipient) => ({
      target: recipient.target,
      notification: toNotification(announcement, recipient),
    }));
    // Built before anything is stored: a message that cannot be addressed must fail the batch, not half of it.
    const messages = rows.map(({ target, notification }) => toSignalRMessage(target, notification));
    await deps.inbox.store(rows, instanceId);
    return { report: { stored: rows.length, pushed: messages.length }, messages };
  };
}
