/**
 * Starts a run of `sendDigests` for every due minute that has rows.
 *
 * A finished instance id that is started again loses its history, so the runs of one due minute are numbered:
 * `digests-2026-11-22T07-00`, then `…:r2`, `…:r3`. The next run is the first number that Durable does not know, and
 * it is started only when the one before it is over; rows that came late, or that a run could not deal with, are its
 * work. After a failure it waits first. The race that remains: a starter that sleeps between asking and starting for so
 * long that another starts the same number and that run ends.
 */
import { type DigestReport, type DigestRun, toDigestRestMs } from "../domain/digest.ts";
import type { DigestsTable } from "../storage/digests-table.ts";

/** A run as Durable knows it; `report` is absent when it failed as a whole. */
export type DigestRunStatus = {
  isOver: boolean;
  /** When it was last heard of; its end, once it is over. */
  updatedAt: Date;
  attempt: number;
  report?: DigestReport;
};

/** The Durable client as this use case needs it. */
export interface DigestRuns {
  find(instanceId: string): Promise<DigestRunStatus | undefined>;
  start(instanceId: string, run: DigestRun): Promise<void>;
}

/** So many due minutes at one tick; further ones wait for the next. */
const MAX_DUE_MINUTES = 200;

/** Builds the use case; one due minute that cannot be started does not hold up the others. */
export function createStartDigestRuns(deps: {
  digests: Pick<DigestsTable, "listDueMinutes">;
  toInstanceId: (dueMinute: string) => string;
  now: () => Date;
}): (runs: DigestRuns) => Promise<void> {
  return async (runs) => {
    const now = deps.now();
    const failures: unknown[] = [];
    for (const dueMinute of await deps.digests.listDueMinutes(
      now.toISOString().slice(0, 16),
      MAX_DUE_MINUTES,
    )) {
      try {
        await startNextRun(runs, { dueMinute, firstId: deps.toInstanceId(dueMinute), now });
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "Some summaries could not be started.");
  };
}

async function startNextRun(
  runs: DigestRuns,
  { dueMinute, firstId, now }: { dueMinute: string; firstId: string; now: Date },
): Promise<void> {
  let last: DigestRunStatus | undefined;
  for (let number = 1; ; number += 1) {
    const instanceId = number === 1 ? firstId : `${firstId}:r${number}`;
    const status = await runs.find(instanceId);
    if (status?.isOver === false) return;
    if (status === undefined) {
      const attempt = last && hasFailed(last) ? last.attempt + 1 : 1;
      if (last && attempt > 1 && now.getTime() < last.updatedAt.getTime() + toDigestRestMs(last.attempt))
        return;
      await startOnce(runs, instanceId, { dueMinute, attempt });
      return;
    }
    last = status;
  }
}

function hasFailed({ report }: DigestRunStatus): boolean {
  return report === undefined || report.failed > 0;
}

/** Durable refuses an id that runs: then somebody else was first. */
async function startOnce(runs: DigestRuns, instanceId: string, run: DigestRun): Promise<void> {
  try {
    await runs.start(instanceId, run);
  } catch (error) {
    if ((await runs.find(instanceId)) === undefined) throw error;
  }
}
