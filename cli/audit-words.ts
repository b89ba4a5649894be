/** The results of audit replays, in lines that a person reads. */
import type { ReplayReport } from "../src/domain/audit.ts";
import { listDifferences } from "./list-differences.ts";

/** An audit replay, or why there was none. */
export type AuditResult =
  | { kind: "report"; report: ReplayReport }
  | { kind: "unread"; instanceId: string; reason: string };

/** How many ended how. */
export type Tally = Record<"reproduced" | "diverged" | "incomplete" | "unread", number>;

/** Above the first row. */
export const TABLE_HEAD = `${toColumns("verdict", "runs", "steps", "orchestration")}\n`;

/** One row, and below it what was found. */
export function toTableRow(result: AuditResult): string {
  if (result.kind === "unread") {
    return toLines(toColumns("not read", "-", "-", result.instanceId), [result.reason]);
  }
  const { instanceId, verdict, orchestrations, source } = result.report;
  const steps = orchestrations.reduce((sum, one) => sum + toSteps(one.result), 0);
  const from = source === "evidence" ? " (from archived evidence)" : "";
  const row = toColumns(verdict, String(orchestrations.length), String(steps), instanceId + from);
  const worst = orchestrations.find(({ result: { verdict: one } }) => one === verdict);
  if (worst === undefined) return `${row}\n`;
  const place =
    worst.instanceId === instanceId ? worst.name : `${worst.name} of its own, ${worst.instanceId}`;
  return toLines(row, toFindings(worst.result, place));
}

/** All of them in one sentence, and whose code decided. */
export function toSummary(tally: Tally, versions: readonly ReplayReport["codeVersion"][]): string {
  const total = tally.reproduced + tally.diverged + tally.incomplete + tally.unread;
  const counts = `${tally.reproduced} reproduced, ${tally.diverged} diverged, ${tally.incomplete} incomplete, ${tally.unread} not read`;
  return `${total} audited: ${counts}.${toCode(versions)}\n`;
}

function toCode(versions: readonly ReplayReport["codeVersion"][]): string {
  const now = versions[0]?.now;
  if (now === undefined) return "";
  const recorded = [...new Set(versions.map((one) => one.recorded ?? "unknown code"))];
  const [only = now] = recorded;
  if (recorded.length > 1) return ` Decided by ${recorded.length} versions of the code, re-run by ${now}.`;
  return only === now
    ? ` Decided and re-run by the same code, ${now}.`
    : ` Decided by ${only}, re-run by ${now}.`;
}

type Verdict = ReplayReport["orchestrations"][number]["result"];

function toSteps(result: Verdict): number {
  switch (result.verdict) {
    case "reproduced":
      return result.steps;
    case "diverged":
      return result.step;
    case "incomplete":
      return 0;
  }
}

function toFindings(result: Verdict, place: string): string[] {
  switch (result.verdict) {
    case "reproduced":
      return [];
    case "incomplete":
      return [`in ${place} is missing:`, ...result.missing.map((one) => `  ${one}`)];
    case "diverged":
      return [
        `in ${place}, at step ${result.step}: ${result.at}`,
        ...toSideBySide(result.recorded, result.now),
      ];
  }
}

const MOST_PLACES = 8;

function toSideBySide(recorded: unknown, now: unknown): string[] {
  const differences = listDifferences(recorded, now);
  const rows = differences
    .slice(0, MOST_PLACES)
    .map((one) => [one.path, toShortText(one.recorded), toShortText(one.now)] as const);
  const head = ["", "recorded", "now"] as const;
  const width = (column: 0 | 1) => Math.max(...[head, ...rows].map((row) => row[column].length));
  const lines = [head, ...rows].map(([path, then, today]) =>
    `  ${path.padEnd(width(0))}  ${then.padEnd(width(1))}  ${today}`.trimEnd(),
  );
  const more = differences.length - rows.length;
  return more > 0 ? [...lines, `  and ${more} more places`] : lines;
}

const LONGEST_TEXT = 60;
/** The app's word for what one of the two has not. */
const ABSENT = "(absent)";

function toShortText(value: unknown): string {
  if (value === undefined || value === ABSENT) return ABSENT;
  const text = JSON.stringify(value);
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}

function toColumns(verdict: string, runs: string, steps: string, orchestration: string): string {
  return `${verdict.padEnd(10)}  ${runs.padStart(4)}  ${steps.padStart(5)}  ${orchestration}`;
}

function toLines(row: string, findings: readonly string[]): string {
  return [row, ...findings.map((line) => `            ${line}`)].map((line) => `${line}\n`).join("");
}
