/**
 * Writes the inbox rows of one batch and says what to push: the rows first, because a push is only a hint. Who is in
 * quiet hours gets no push but a row in Digests, written after the inbox row that it promises and before this returns.
 * It runs at least once: ids are deterministic, so a re-run writes the same rows and sends the same ids.
 */
import type { Recipient } from "../domain/audience.ts";
import type { BatchReport, DeliveryBatch } from "../domain/delivery-batch.ts";
import { type SignalRMessage, toNotification, toSignalRMessage } from "../delivery/to-signalr-message.ts";
import type { DigestsTable, QuietPerson } from "../storage/digests-table.ts";
import type { InboxTable } from "../storage/inbox-table.ts";
import { createTurns } from "../usecases/take-turns.ts";

/** The report, and the messages that the function's output bindings send after it returns. */
export type Delivery = { report: BatchReport; messages: SignalRMessage[] };

/** So few recipients do not wait. */
const FEW_RECIPIENTS = 25;

/** A large batch is stored in a fraction of a second, or something is wrong. */
const PATIENCE_MS = 10_000;

/** So long after a small batch more of them are expected. */
const OTHERS_MS = 2_000;

/** Builds the activity. */
export function createDeliverBatch(deps: {
  inbox: Pick<InboxTable, "store">;
  digests: Pick<DigestsTable, "note">;
  now(): Date;
}): (batch: DeliveryBatch) => Promise<Delivery> {
  const storeGently = createGentleness(deps.now);
  return async ({ instanceId, announcement, recipients, escalates }) => {
    const rows = recipients.map((recipient) => ({
      target: recipient.target,
      notification: toNotification(announcement, recipient),
      ...(escalates || recipient.escalations ? { escalates: true as const } : {}),
    }));
    // Built before anything is stored, for the quiet too: a message that cannot be addressed must fail the batch, not
    // half of it.
    const addressed = rows.map(({ target, notification }) => toSignalRMessage(target, notification));
    const quiet = recipients.flatMap(toQuietPerson);
    const messages = addressed.filter((_, index) => !isQuiet(recipients[index]));
    await storeGently(rows.length, () => deps.inbox.store(rows, instanceId));
    if (quiet.length > 0) await deps.digests.note(quiet, announcement.createdAt);
    return { report: { stored: rows.length, pushed: messages.length, withheld: quiet.length }, messages };
  };
}

/**
 * While small batches come, large ones take turns in a process, so that the crowd of one order does not hold up the few of
 * others. Alone they run side by side: then their ends come together, which saves the orchestrator turns.
 */
function createGentleness(
  now: () => Date,
): (recipients: number, store: () => Promise<void>) => Promise<void> {
  const inTurn = createTurns(PATIENCE_MS);
  let lastFewMs = Number.NEGATIVE_INFINITY;
  return (recipients, store) => {
    if (recipients > FEW_RECIPIENTS) return now().getTime() - lastFewMs < OTHERS_MS ? inTurn(store) : store();
    lastFewMs = now().getTime();
    return store();
  };
}

function isQuiet(recipient: Recipient | undefined): boolean {
  return recipient !== undefined && toQuietPerson(recipient).length > 0;
}

/** A group is never quiet: each member's client keeps its own hours. */
function toQuietPerson({ target, quietUntil }: Recipient): QuietPerson[] {
  return target.kind === "user" && quietUntil !== undefined ? [{ userId: target.userId, quietUntil }] : [];
}
