/**
 * The hourly sweep through Durable's histories: what has ended is archived, what is older than the retention period is
 * archived and then removed, in this order, and nothing is removed that is not archived. Orchestrations that leave no
 * evidence (echoes, mirrors) are removed by age alone. What runs is never removed.
 *
 * Each sweep remembers the instant of creation up to which it has come and looks at the time after it, a slice at a time,
 * so every orchestration is looked at once; those that were still running then, or could not be read, wait in a list of
 * their own. A run that has used up its time goes on in the next.
 */
import { groupBy } from "../domain/group-by.ts";
import { inTurns } from "../domain/in-turns.ts";
import type { ArchiveProgress, Sweep } from "../storage/archive-progress.ts";
import type { EvidenceArchive } from "./evidence-archive.ts";
import { toChainOfId, toRootInstanceId } from "./evidence-chain.ts";
import {
  type ArchiveReport,
  type DurableHistories,
  type InstanceSummary,
  type SettleRun,
  trySettle,
} from "./settle-history.ts";

export interface ArchiveHistoriesDeps {
  archive: EvidenceArchive;
  progress: ArchiveProgress;
  retentionDays: number;
  now(): Date;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Most have ended an hour after they began; the others wait. */
const REST_MS = HOUR_MS;
/** The first run archives so much of the past at once; what is older, when its time comes. */
const FIRST_MS = 49 * HOUR_MS;
/** There was no OrderBell before. */
const FIRST_HISTORY = Date.parse("2026-01-01T00:00:00.000Z");
const BUDGET_MS = 240_000;
const SIDE_BY_SIDE = 8;
/** So few instances in a slice, and the next one may be longer. */
const FEW = 1_000;
type Run = ArchiveHistoriesDeps & SettleRun & { isTimeUp(): boolean };

/** One run of the timer. */
export async function archiveHistories(
  deps: ArchiveHistoriesDeps,
  durable: DurableHistories,
): Promise<ArchiveReport> {
  const startedAt = deps.now().getTime();
  const report = { archived: 0, removed: 0, waiting: 0, failures: [] };
  const run: Run = {
    ...deps,
    durable,
    removeBefore: startedAt - deps.retentionDays * DAY_MS,
    isTimeUp: () => deps.now().getTime() - startedAt > BUDGET_MS,
    report,
  };
  await sweep(run, "archived", { from: startedAt - FIRST_MS, to: startedAt - REST_MS, sliceMs: HOUR_MS });
  await sweep(run, "removed", { from: FIRST_HISTORY, to: run.removeBefore, sliceMs: DAY_MS });
  await lookAgain(run);
  return { ...report, finished: !run.isTimeUp() };
}

/** Goes through the instances created since the last time; `from` counts only the first time. */
async function sweep(
  run: Run,
  name: Sweep,
  { from, to, sliceMs }: { from: number; to: number; sliceMs: number },
): Promise<void> {
  const until = await run.progress.read(name);
  let start = until === undefined ? from : Date.parse(until);
  let spanMs = sliceMs;
  while (start < to && !run.isTimeUp()) {
    const end = Math.min(start + spanMs, to);
    let seen = 0;
    for await (const page of run.durable.list(new Date(start), new Date(end))) {
      if (!(await settleAll(run, page))) return;
      seen += page.length;
    }
    await run.progress.write(name, new Date(end).toISOString());
    start = end;
    // A query may cost the backend a look at all instances; a slice should be done in one run.
    spanMs = seen < FEW ? spanMs * 2 : sliceMs;
  }
}

/** What waits is looked at one by one: it may be old, and queries by age would bring everything since. */
async function lookAgain(run: Run): Promise<void> {
  let after: string | undefined;
  do {
    const ids = await run.progress.listWaiting(after);
    after = ids.at(-1);
    const found = await inTurns(ids, SIDE_BY_SIDE, async (id) =>
      run.isTimeUp() ? undefined : (run.durable.find(id) ?? id),
    );
    for (const one of found) {
      // Purged by hand, or under another name: nobody waits for it any more.
      if (typeof one === "string") await run.progress.removeWaiting(one);
    }
    const instances = found.filter((one) => typeof one === "object");
    run.report.waiting += instances.length;
    await settleAll(run, instances, true);
  } while (after !== undefined && !run.isTimeUp());
}

/** False when the time was up before everything was looked at. Those of one chain go one by one: they would wait for each other. */
async function settleAll(
  run: Run,
  instances: readonly InstanceSummary[],
  isWaiting = false,
): Promise<boolean> {
  const roots = instances.filter(({ instanceId }) => toRootInstanceId(instanceId) === instanceId);
  const chains = [...groupBy(roots, ({ instanceId }) => toChainOfId(instanceId) ?? instanceId).values()];
  const complete = await inTurns(chains, SIDE_BY_SIDE, async (chain) => {
    for (const one of chain) {
      if (run.isTimeUp()) return false;
      await settle(run, one, isWaiting);
    }
    return true;
  });
  return complete.every(Boolean);
}

async function settle(run: Run, instance: InstanceSummary, isWaiting: boolean): Promise<void> {
  const { instanceId } = instance;
  const isSettled = await trySettle(run, instance);
  if (!isSettled && !isWaiting) await run.progress.addWaiting(instanceId);
  if (isSettled && isWaiting) await run.progress.removeWaiting(instanceId);
}
