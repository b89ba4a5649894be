/** One summary for all that was withheld from a person in their quiet hours. */
import { z } from "zod";
import { instantSchema } from "./order-change.ts";

/** A minute of UTC, `2026-11-22T07:00`: texts sort as the times do. */
export const dueMinuteSchema = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, "must be a minute of UTC");

/** A person counts to here; more is more. */
export const MAX_DIGEST_COUNT = 99;

/** What the client method `digest` is called with: how much was stored since then and not yet seen. */
export const digestSchema = z.strictObject({
  count: z.int().min(1).max(MAX_DIGEST_COUNT),
  since: instantSchema,
});

/** A person to whom a summary is due; `etag` is that of the row as it was read. */
export const dueDigestSchema = z.object({
  userId: z.string().min(1),
  since: instantSchema,
  etag: z.string(),
});

/** One run over the people of a due minute; `attempt` rises for as long as runs leave somebody unreached. */
export const digestRunSchema = z.object({
  dueMinute: dueMinuteSchema,
  attempt: z.int().min(1),
  /** Where a further page goes on; absent on the first. */
  continued: z.object({ rootInstanceId: z.string(), page: z.int().min(2), after: z.string() }).optional(),
});

/** What a run did, its further pages included: people told, with nothing to tell, and not reached. */
export const digestReportSchema = z.object({
  pushed: z.int(),
  skipped: z.int(),
  failed: z.int(),
  /** Why the first of those failed. */
  cause: z.string().optional(),
});

/** What `loadDigests` is asked for. */
export const digestPageRequestSchema = z.object({
  dueMinute: dueMinuteSchema,
  after: z.string().nullable(),
  limit: z.int().min(1).max(1_000),
});

/** Some of the people of one due minute; `next` asks for the rest. */
export const digestPageSchema = z.object({ digests: z.array(dueDigestSchema), next: z.string().nullable() });

/** What `pushDigests` and `forgetDigests` take. */
export const digestBatchSchema = z.object({
  dueMinute: dueMinuteSchema,
  digests: z.array(dueDigestSchema).min(1).max(100),
});

export type Digest = z.infer<typeof digestSchema>;
export type DueDigest = z.infer<typeof dueDigestSchema>;
export type DigestRun = z.infer<typeof digestRunSchema>;
export type DigestReport = z.infer<typeof digestReportSchema>;
export type DigestPageRequest = z.infer<typeof digestPageRequestSchema>;
export type DigestPage = z.infer<typeof digestPageSchema>;
export type DigestBatch = z.infer<typeof digestBatchSchema>;
export type DigestPushReport = z.infer<typeof digestPushReportSchema>;
export type DigestForgetReport = z.infer<typeof digestForgetReportSchema>;

/** What `pushDigests` answers. */
export const digestPushReportSchema = digestReportSchema.pick({ pushed: true, skipped: true });

/** What `forgetDigests` answers: rows that are gone, and rows that were written again meanwhile. */
export const digestForgetReportSchema = z.object({ forgotten: z.int(), kept: z.int() });

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;

/** The minute at which a summary is due: never before quiet hours have ended. */
export function toDueMinute(quietUntil: string): string {
  return new Date(Math.ceil(Date.parse(quietUntil) / MINUTE_MS) * MINUTE_MS).toISOString().slice(0, 16);
}

/** The instant at which a due minute begins. */
export function toDueInstant(dueMinute: string): string {
  return `${dueMinute}:00.000Z`;
}

/** The quarter of an hour in which something was withheld; time zones differ by quarters, and so do most quiet hours. */
export function toQuarterStart(instant: string): string {
  return new Date(Math.floor(Date.parse(instant) / QUARTER_MS) * QUARTER_MS).toISOString();
}

/** People a push: smaller at each further attempt, until one whom SignalR refuses stands alone. */
export function toDigestBatchSize(attempt: number): number {
  return attempt === 1 ? 100 : attempt === 2 ? 10 : 1;
}

/** How long after a failed attempt the next may begin (ms): doubling from two minutes to an hour. */
export function toDigestRestMs(attempt: number): number {
  return Math.min(2 ** attempt, 60) * MINUTE_MS;
}

/** After a day of attempts a summary is given up; the notifications are in the inbox all the same. */
export const LAST_DIGEST_ATTEMPT = 28;
