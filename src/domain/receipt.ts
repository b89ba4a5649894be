/** What the client says back about a notification. */
import { z } from "zod";
import { notificationIdSchema } from "./notification-id.ts";

/** The ladder, lowest first: each state implies the ones before it. */
export const receiptStateSchema = z.enum(["received", "seen", "read", "archived"]);

/** The most notifications that one receipt names. */
export const MAX_RECEIPT_IDS = 100;

/** The body of `POST /api/notifications/receipts`. */
export const receiptSchema = z.strictObject({
  ids: z.array(notificationIdSchema).min(1).max(MAX_RECEIPT_IDS),
  state: receiptStateSchema,
});

/** The most notifications that one call of read-all marks, and that one echo to other devices names. */
export const MAX_MARKED = 1_000;

/** The input of the orchestration `echoReceipts`: what one device of a person said, for their others. */
export const receiptEchoSchema = z.object({
  userId: z.string().min(1),
  ids: z.array(notificationIdSchema).min(1).max(MAX_MARKED),
  state: receiptStateSchema,
});

export type ReceiptState = z.infer<typeof receiptStateSchema>;
export type Receipt = z.infer<typeof receiptSchema>;
export type ReceiptEcho = z.infer<typeof receiptEchoSchema>;

/** When each state was reached first (UTC). */
export type ReceiptTimes = Partial<Record<ReceiptState, string>>;

/** The state itself and every lower one. */
export function toImpliedStates(state: ReceiptState): ReceiptState[] {
  const ladder = receiptStateSchema.options;
  return ladder.slice(0, ladder.indexOf(state) + 1);
}

/** The states that this one implies and that were not reached before: none are ever taken back. */
export function findRisingStates(reached: ReceiptTimes, state: ReceiptState): ReceiptState[] {
  return toImpliedStates(state).filter((implied) => reached[implied] === undefined);
}

/** The highest rung of the ladder that was reached. */
export function toInboxState(reached: ReceiptTimes): ReceiptState | "stored" {
  return receiptStateSchema.options.findLast((state) => reached[state] !== undefined) ?? "stored";
}

/** `received` changes nothing that a person sees: only what they did themselves is told to their other devices. */
export function isWorthEchoing(state: ReceiptState): boolean {
  return state !== "received";
}
