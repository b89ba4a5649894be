/**
 * Counts what came to each person while they were not to be disturbed and says what to push. Who has seen it all
 * meanwhile is told nothing. It runs at least once: a re-run counts again, and the summary may come twice.
 */
import { toDigestMessage, type SignalRMessage } from "../delivery/to-signalr-message.ts";
import {
  type DigestBatch,
  type DigestPushReport,
  type DueDigest,
  MAX_DIGEST_COUNT,
  toDueInstant,
} from "../domain/digest.ts";
import { inTurns } from "../domain/in-turns.ts";
import { toNotificationId } from "../domain/notification-id.ts";
import type { InboxTable } from "../storage/inbox-table.ts";

/** The report, and the messages that the function's output bindings send after it returns. */
export type DigestPush = { report: DigestPushReport; messages: SignalRMessage[] };

/** Range queries that run side by side. */
const PARALLEL_READS = 10;

/** Builds the activity. */
export function createPushDigests(deps: {
  inbox: Pick<InboxTable, "readHeads">;
}): (batch: DigestBatch) => Promise<DigestPush> {
  return async ({ dueMinute, digests }) => {
    const found = await inTurns(digests, PARALLEL_READS, (digest) =>
      toMessages(deps.inbox, dueMinute, digest),
    );
    const messages = found.flat();
    return { report: { pushed: messages.length, skipped: digests.length - messages.length }, messages };
  };
}

async function toMessages(
  inbox: Pick<InboxTable, "readHeads">,
  dueMinute: string,
  { userId, since }: DueDigest,
): Promise<SignalRMessage[]> {
  // Ids descend with time; "" and "~" stand before and after every hash.
  const from = toNotificationId(toDueInstant(dueMinute), "");
  const slice = { from, to: toNotificationId(since, "~") };
  const heads = await inbox.readHeads({ kind: "user", userId }, slice);
  const unseen = heads.filter(({ said, receipts }) => said !== undefined && receipts.seen === undefined);
  if (unseen.length === 0) return [];
  return [toDigestMessage(userId, { count: Math.min(unseen.length, MAX_DIGEST_COUNT), since })];
}
