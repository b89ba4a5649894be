/** The nightly second look: orders changed within a longer window are read again, for what both routes missed. */
import { z } from "zod";
import { instantSchema } from "./order-change.ts";
import { toWholeSecond } from "./polling.ts";
import { salesforceProblemSchema } from "./salesforce-error.ts";

/** What the last reconciliation left behind. */
export const reconciliationStateSchema = z.object({
  finishedAt: instantSchema.nullable(),
  /** Order versions that neither route had told of, in the last reconciliation that came to an end or ran out of time. */
  missed: z.int(),
  problem: z.object({ problem: salesforceProblemSchema, at: instantSchema }).nullable(),
});

export type ReconciliationState = z.infer<typeof reconciliationStateSchema>;

/** Before the first night. */
export const NEW_RECONCILIATION_STATE: ReconciliationState = { finishedAt: null, missed: 0, problem: null };

/** A long weekend (ms). */
const LOOK_BACK_MS = 72 * 3_600_000;

/** What to read: never what the silent first poll already knows, never what polling has not come to yet. */
export function toReconciliationWindow(
  o: { pollingSince: string; upTo: string },
  now: Date,
): { from: string; to: string } | null {
  const from = toWholeSecond(now.getTime() - LOOK_BACK_MS);
  const later = from > o.pollingSince ? from : o.pollingSince;
  return later < o.upTo ? { from: later, to: o.upTo } : null;
}
