/** Salesforce does not say when it stops sending outbound messages; only polling can notice that they are missing. */
import { z } from "zod";
import { instantSchema } from "./order-change.ts";

export const webhookWatchSchema = z.object({
  /** When the last outbound message came that is known of; null: none ever, so nothing can fall silent. */
  lastHeardAt: instantSchema.nullable(),
  /** Changes in a row that only polling found, and since when. */
  unheard: z.int(),
  unheardSince: instantSchema.nullable(),
});

export type WebhookWatch = z.infer<typeof webhookWatchSchema>;

/** Before anything was polled. */
export const NEW_WEBHOOK_WATCH: WebhookWatch = { lastHeardAt: null, unheard: 0, unheardSince: null };

/** Fewer may be edits that no flow was made for. */
const SILENT_CHANGES = 5;
/** Outbound messages may be late: Salesforce shares their queue between organisations (ms). */
const SILENT_MS = 15 * 60_000;

/**
 * Notes what one page of polling found: changes that outbound messages had told of, and others. A message that came
 * after polling is a sign of life too (`lastMessageAt`, to the minute).
 */
export function watchWebhook(
  watch: WebhookWatch,
  found: { heard: number; unheard: number },
  { at, lastMessageAt }: { at: string; lastMessageAt: string | undefined },
): WebhookWatch {
  if (found.heard > 0) return { lastHeardAt: at, unheard: 0, unheardSince: null };
  const isLate =
    lastMessageAt !== undefined && watch.unheardSince !== null && lastMessageAt > watch.unheardSince;
  const before = isLate ? { unheard: 0, unheardSince: null } : watch;
  const lastHeardAt = lastMessageAt ?? watch.lastHeardAt;
  if (found.unheard === 0) return { ...before, lastHeardAt };
  return {
    lastHeardAt,
    unheard: before.unheard + found.unheard,
    unheardSince: before.unheardSince ?? at,
  };
}

/** Whether outbound messages that used to come have stopped. */
export function isWebhookSilent({ lastHeardAt, unheard, unheardSince }: WebhookWatch, now: Date): boolean {
  if (lastHeardAt === null || unheardSince === null || unheard < SILENT_CHANGES) return false;
  return now.getTime() - Date.parse(unheardSince) >= SILENT_MS;
}
