/** What is old is removed, a little every day. */
import { INBOX_BUCKETS } from "../domain/inbox-bucket.ts";
import { toIdBound } from "../domain/notification.ts";
import type { DatedExpiry } from "../storage/dated-expiry.ts";
import type { Expired, InboxExpiry } from "../storage/inbox-expiry.ts";

const DAY_MS = 24 * 60 * 60_000;

/** How long one run may go on (ms): an app on the Consumption plan is stopped after five minutes. */
const RUN_MS = 4 * 60_000;

/** A year and a month: who looks back at the same season of last year still finds it. */
const DATED_DAYS = 400;

export interface ApplyRetentionDeps {
  inboxExpiry: InboxExpiry;
  datedExpiry: DatedExpiry;
  now(): Date;
}

/**
 * Removes inbox rows that are older than `inboxDays`, and sightings and dead letters older than 400 days; what a run does
 * not finish is left for the next.
 */
export async function applyRetention(
  { inboxExpiry, datedExpiry, now }: ApplyRetentionDeps,
  o: { inboxDays: number; runMs?: number },
): Promise<Expired> {
  const begun = now().getTime();
  const bound = toIdBound(begun - o.inboxDays * DAY_MS - 1);
  const isTimeUp = () => now().getTime() - begun >= (o.runMs ?? RUN_MS);
  const groups = await inboxExpiry.expireGroups(bound, isTimeUp);
  const lastDay = new Date(begun - DATED_DAYS * DAY_MS).toISOString().slice(0, 10);
  const dated = await datedExpiry.expireBefore(lastDay, isTimeUp);
  const expired = { removed: groups.removed + dated.removed, finished: groups.finished && dated.finished };
  for (const bucket of toBuckets(begun)) {
    const { removed, finished } = await inboxExpiry.expireBucket(bucket, bound, isTimeUp);
    expired.removed += removed;
    expired.finished &&= finished;
  }
  return expired;
}

/** Each day begins with another bucket, so that none is always the one that is left over. */
function toBuckets(nowMs: number): number[] {
  const first = Math.floor(nowMs / DAY_MS) % INBOX_BUCKETS;
  return Array.from({ length: INBOX_BUCKETS }, (_, index) => (first + index) % INBOX_BUCKETS);
}
