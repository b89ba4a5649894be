/** What becomes of one of Durable's histories: archived when it has ended, and removed when it is old and archived. */
import { z } from "zod";
import { ENDED_STATUSES } from "../domain/ended-status.ts";
import { ORCHESTRATION } from "../orchestration/names.ts";
import type { EvidenceArchive, LiveHistories } from "./evidence-archive.ts";
import { leavesEvidence } from "./evidence-chain.ts";

/** What a list of instances says of one (the status API's answer without histories). */
export const instanceSummarySchema = z.object({
  instanceId: z.string(),
  name: z.string(),
  runtimeStatus: z.string(),
  createdTime: z.string(),
});

export type InstanceSummary = z.infer<typeof instanceSummarySchema>;

/** Durable's management API as the sweep sees it. */
export interface DurableHistories extends LiveHistories {
  /** Instances created in [from, to], page by page. */
  list(from: Date, to: Date): AsyncIterable<InstanceSummary[]>;
  /** Undefined for an instance that is not there. */
  find(instanceId: string): Promise<InstanceSummary | undefined>;
  purge(instanceId: string): Promise<void>;
}

/** What a run did; `failures` say which instances could not be archived, and why. */
export interface ArchiveReport {
  /** Orchestrations that have evidence now. */
  archived: number;
  removed: number;
  waiting: number;
  failures: string[];
  finished: boolean;
}

/** What settling needs, and what it has done so far. */
export interface SettleRun {
  archive: EvidenceArchive;
  durable: DurableHistories;
  /** Histories that began before this instant are removed (ms since 1970). */
  removeBefore: number;
  report: Omit<ArchiveReport, "finished">;
}

const MAX_FAILURES = 20;
/** They decide nothing. */
const WITHOUT_EVIDENCE: ReadonlySet<string> = new Set([
  ORCHESTRATION.echoReceipts,
  ORCHESTRATION.mirrorGroups,
]);

/** Archives and removes what it is time for; false: look again later. Why it could not stands in the report. */
export async function trySettle(run: SettleRun, instance: InstanceSummary): Promise<boolean> {
  try {
    return await settle(run, instance);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    addFailure(run.report, `${instance.instanceId}: ${cause}`);
    return false;
  }
}

async function settle(run: SettleRun, instance: InstanceSummary): Promise<boolean> {
  const { instanceId, name, runtimeStatus, createdTime } = instance;
  const isEnded = ENDED_STATUSES.has(runtimeStatus);
  const isOld = Date.parse(createdTime) < run.removeBefore;
  if (WITHOUT_EVIDENCE.has(name)) {
    if (isOld && isEnded) await remove(run, instanceId, []);
    return isEnded || !isOld;
  }
  // Not one of ours: it is left alone.
  if (!leavesEvidence(instanceId)) return true;
  if (!isEnded) return false;
  const row = await run.archive.ensure(instanceId, run.durable);
  if (row === undefined) return true;
  if (row === "running") return false;
  run.report.archived += 1;
  if (!isOld) return true;
  if (Date.parse(row.recordedAt) === Date.parse(createdTime)) {
    // Reads the file and checks it: a row alone is no evidence.
    await remove(run, instanceId, await run.archive.listParts(instanceId));
  } else {
    const text = "it ran again under its id and its evidence is of the earlier run, so its history stays";
    addFailure(run.report, `${instanceId}: ${text}`);
  }
  return true;
}

function addFailure({ failures }: SettleRun["report"], text: string): void {
  if (failures.length < MAX_FAILURES) failures.push(text);
}

/** The root goes last: as long as it is there, an interrupted removal is done again. */
async function remove(run: SettleRun, rootId: string, parts: readonly string[]): Promise<void> {
  for (const id of parts) await run.durable.purge(id);
  await run.durable.purge(rootId);
  run.report.removed += 1;
}
