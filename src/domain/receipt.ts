/** What the client says back about a notification. */
import { z } from "zod";
import { notificationIdSchema } from "./notification-id.ts";

/** The ladder, lowest first: each state implies the ones before it. */
export const receiptStateSchema = z.enum(["received", "seen", "read", "archived"]);

/** The body of `POST /api/notifications/receipts`. */
export const receiptSchema = z.strictObject({
  ids: z.array(notificationIdSchema).min(1).max(100),
  state: receiptStateSchema,
});

export type ReceiptState = z.infer<typeof receiptStateSchema>;
export type Receipt = z.infer<typeof receiptSchema>;

/** The state itself and every lower one. */
export function toImpliedStates(state: ReceiptState): ReceiptState[] {
  const ladder = receiptStateSchema.options;
  return ladder.slice(0, ladder.indexOf(state) + 1);
}
