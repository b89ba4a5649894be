/** `orderbell audit`: re-runs recorded orchestrations on the app and tells what came of each. */
import { replayReportSchema, type ReplayReport } from "../src/domain/audit.ts";
import type { Api } from "./api.ts";
import { callJson } from "./audit-api.ts";
import { type AuditResult, type Tally, TABLE_HEAD, toSummary, toTableRow } from "./audit-words.ts";
import { inOrder } from "./in-order.ts";
import { listInstances } from "./list-instances.ts";
import { createProgressBar } from "./progress-bar.ts";
import type { Selection } from "./read-audit-command.ts";
import { CommandError, EXIT, type ExitCode, type Terminal } from "./terminal.ts";

export type AuditOptions = { selection: Selection; isJson: boolean; concurrency: number };

/** Prints a row, or with `isJson` an object, for each; ends with 1 when one diverged, else with 3 when one could not be read. */
export async function runAudit(
  api: Api,
  { selection, isJson, concurrency }: AuditOptions,
  { out, err }: Terminal,
): Promise<ExitCode> {
  const instanceIds = await listInstances(api, selection);
  const tally: Tally = { reproduced: 0, diverged: 0, incomplete: 0, unread: 0 };
  const versions: ReplayReport["codeVersion"][] = [];
  const bar = createProgressBar(err, "Auditing", instanceIds.length);
  let done = 0;
  bar.show(done);
  const tell = (result: AuditResult) => {
    tally[result.kind === "report" ? result.report.verdict : "unread"] += 1;
    if (result.kind === "report") versions.push(result.report.codeVersion);
    bar.clear();
    if (!isJson && done === 0) out.write(TABLE_HEAD);
    out.write(isJson ? toJsonLine(result) : toTableRow(result));
    done += 1;
    bar.show(done);
  };
  try {
    await inOrder(instanceIds, concurrency, { work: (id) => replay(api, id), tell });
  } finally {
    bar.clear();
  }
  (isJson ? err : out).write(toSummary(tally, versions));
  if (tally.diverged > 0) return EXIT.refused;
  return tally.incomplete + tally.unread > 0 ? EXIT.unreachable : EXIT.done;
}

/** One that cannot be read leaves the others be. */
async function replay(api: Api, instanceId: string): Promise<AuditResult> {
  const path = `/api/audit/orchestrations/${encodeURIComponent(instanceId)}/replay`;
  const content = { type: "application/json", body: "{}" };
  try {
    return { kind: "report", report: await callJson(api, replayReportSchema, "POST", path, content) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { kind: "unread", instanceId, reason: error.message };
  }
}

function toJsonLine(result: AuditResult): string {
  const value =
    result.kind === "report"
      ? result.report
      : { instanceId: result.instanceId, verdict: "unread", reason: result.reason };
  return `${JSON.stringify(value)}\n`;
}
