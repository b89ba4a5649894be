/**
 * How far polling has come, and what it has noticed on the way.
 *
 * Polling reads windows of SystemModstamp, one after the other, each in pages ordered by (SystemModstamp, Id). A window
 * ends a little before now, and begins five minutes before the end of the last one: Salesforce shows some rows only
 * after rows with later stamps (saves that commit late), and whoever looks once would miss them.
 */
import { z } from "zod";
import { instantSchema, salesforceIdSchema } from "./order-change.ts";
import { salesforceProblemSchema } from "./salesforce-error.ts";
import { webhookWatchSchema, NEW_WEBHOOK_WATCH } from "./webhook-watch.ts";

/** Where a window was left: the last row whose change is durably started. */
export const orderPositionSchema = z.object({ systemModstamp: instantSchema, id: salesforceIdSchema });

/** Stamps in [from, to); `after` is null until its first page is taken. */
export const pollWindowSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  after: orderPositionSchema.nullable(),
});

export const apiUsageSchema = z.object({ used: z.int(), limit: z.int(), at: instantSchema });

/** What polling keeps between its runs. */
export const pollingStateSchema = z.object({
  /** End of the silent first window: what was created before is known and was told to nobody. */
  pollingSince: instantSchema.nullable(),
  /** End of the last finished window; null until the first one is finished. */
  upTo: instantSchema.nullable(),
  /** The window that is being read; a run that ends early leaves it for the next. */
  window: pollWindowSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  problem: z.object({ problem: salesforceProblemSchema, at: instantSchema }).nullable(),
  apiUsage: apiUsageSchema.nullable(),
  webhook: webhookWatchSchema,
});

export type ApiUsage = z.infer<typeof apiUsageSchema>;
export type OrderPosition = z.infer<typeof orderPositionSchema>;
export type PollWindow = z.infer<typeof pollWindowSchema>;
export type PollingState = z.infer<typeof pollingStateSchema>;

/** Before the first poll. */
export const NEW_POLLING_STATE: PollingState = {
  pollingSince: null,
  upTo: null,
  window: null,
  finishedAt: null,
  problem: null,
  apiUsage: null,
  webhook: NEW_WEBHOOK_WATCH,
};

/** Rows are usually visible one to three seconds after their stamp; the overlap is for the others (ms). */
const LAG_MS = 5_000;
/** How far a window reaches back behind the one before (ms). */
export const POLL_OVERLAP_MS = 5 * 60_000;
/** Before there was Salesforce. */
const FIRST_INSTANT = "1999-01-01T00:00:00.000Z";

/** The window to read now: the one that was left, or the next; null when the clock has not moved on. */
export function toPollWindow(state: PollingState, now: Date, overlapMs: number): PollWindow | null {
  if (state.window !== null) return state.window;
  const to = toWholeSecond(now.getTime() - LAG_MS);
  if (state.upTo === null) return { from: FIRST_INSTANT, to, after: null };
  if (to <= state.upTo) return null;
  return { from: toWholeSecond(Date.parse(state.upTo) - overlapMs), to, after: null };
}

/** Stamps have whole seconds, so a window's borders have too. */
export function toWholeSecond(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString();
}

/** Polling leaves the last twentieth of the daily calls to the organisation's other programs. */
const API_SHARE = 0.95;
/** The count rolls over 24 hours; after this long one call asks whether it has gone down (ms). */
const PAUSE_MS = 15 * 60_000;

/** Whether so many calls are used that polling makes no more. */
export function isApiLimitNear(usage: { used: number; limit: number } | null | undefined): boolean {
  return usage != null && usage.used >= usage.limit * API_SHARE;
}

/** Whether an answer that is not too old said so. */
export function isApiLimitKnown(usage: ApiUsage | null | undefined, now: Date): boolean {
  return usage != null && isApiLimitNear(usage) && now.getTime() - Date.parse(usage.at) < PAUSE_MS;
}

/** Whether polling waits for the organisation's API calls to become fewer. */
export function isPaused({ apiUsage, problem }: PollingState, now: Date): boolean {
  if (isApiLimitKnown(apiUsage, now)) return true;
  return problem?.problem === "apiLimitReached" && now.getTime() - Date.parse(problem.at) < PAUSE_MS;
}
