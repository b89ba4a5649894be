/** The audit replay of an orchestration and of everything it started, each compared with what its parent was told. */
import type { ReplayReport, Verdict } from "../domain/audit.ts";
import { findDifference } from "./divergence.ts";
import { findRecordedCodeVersion } from "./recorded-code-version.ts";
import {
  parseRecordedOrchestration,
  type RecordedOrchestration,
  type RecordReader,
} from "./recorded-orchestration.ts";
import { parseRecordedJson } from "./recorded-steps.ts";
import { type ChildCall, replayOrchestration } from "./replay-orchestration.ts";
import { UnreadableRecordError } from "./unreadable-record-error.ts";

/** Two million recipients; a record that leads in circles ends here. */
const MAX_ORCHESTRATIONS = 2_000;

/** Replays an instance and its sub-orchestrations; undefined when there is no record of it. Rejects with `UnreadableRecordError`. */
export async function auditReplay(
  reader: RecordReader,
  instanceId: string,
  codeVersion: string,
): Promise<ReplayReport | undefined> {
  const orchestrations: ReplayReport["orchestrations"] = [];
  let source: ReplayReport["source"] | undefined;
  let recordedVersion: string | null = null;
  for await (const one of walk(reader, instanceId)) {
    source ??= one.source;
    if (one.record) recordedVersion ??= findRecordedCodeVersion(one.record);
    orchestrations.push({ instanceId: one.instanceId, name: one.name, result: one.result });
  }
  if (source === undefined) return undefined;
  return {
    instanceId,
    source,
    verdict: toWorst(orchestrations.map(({ result }) => result.verdict)),
    codeVersion: { recorded: recordedVersion, now: codeVersion },
    orchestrations,
  };
}

/** The records behind an audit replay: the instance first, then its sub-orchestrations, each once. */
export async function readRecordTree(
  reader: RecordReader,
  instanceId: string,
): Promise<RecordedOrchestration[] | undefined> {
  const records: RecordedOrchestration[] = [];
  for await (const { record } of walk(reader, instanceId)) {
    if (record) records.push(record);
  }
  return records.length === 0 ? undefined : records;
}

/** One orchestration of a tree; without a record only its name is known, from its parent. */
interface Visited {
  instanceId: string;
  name: string;
  source: ReplayReport["source"] | undefined;
  record: RecordedOrchestration | undefined;
  result: Verdict;
}

async function* walk(reader: RecordReader, rootInstanceId: string): AsyncGenerator<Visited, void, undefined> {
  const known = new Set([rootInstanceId]);
  const queue: { instanceId: string; call: ChildCall | undefined }[] = [
    { instanceId: rootInstanceId, call: undefined },
  ];
  for (const { instanceId, call } of queue) {
    if (known.size > MAX_ORCHESTRATIONS) {
      const missing = [`what is beyond ${MAX_ORCHESTRATIONS} orchestrations`];
      yield toUnread(instanceId, call, missing);
      return;
    }
    const visited = await visit(reader, instanceId, call);
    if (visited === undefined) return;
    yield visited;
    for (const child of visited.children) {
      if (known.has(child.instanceId)) continue;
      known.add(child.instanceId);
      queue.push({ instanceId: child.instanceId, call: child });
    }
  }
}

/** Undefined when nothing is known of the root. */
async function visit(
  reader: RecordReader,
  instanceId: string,
  call: ChildCall | undefined,
): Promise<(Visited & { children: ChildCall[] }) | undefined> {
  const found = await reader.read(instanceId);
  if (found === undefined) {
    return call && { ...toUnread(instanceId, call, ["its record"]), children: [] };
  }
  try {
    const record = parseRecordedOrchestration(found.record, instanceId);
    if (record.instanceId !== instanceId) {
      throw new UnreadableRecordError(instanceId, `it is the record of ${record.instanceId}`);
    }
    const { result, children } = await replayOrchestration(record);
    const told = call && compareWithParent(record, call);
    const worse = told !== undefined && result.verdict !== "diverged" ? told : result;
    return { instanceId, name: record.name, source: found.source, record, result: worse, children };
  } catch (error) {
    // Of the instance that was asked for, whoever asked is to know why; of another, the verdict says it.
    if (call === undefined || !(error instanceof UnreadableRecordError)) throw error;
    return { ...toUnread(instanceId, call, [`a record that can be read: ${error.message}`]), children: [] };
  }
}

function toUnread(instanceId: string, call: ChildCall | undefined, missing: string[]): Visited {
  const result: Verdict = { verdict: "incomplete", missing };
  return { instanceId, name: call?.name ?? "", source: undefined, record: undefined, result };
}

/** What parent and child recorded of each other must be the same; undefined when it is. */
function compareWithParent(record: RecordedOrchestration, call: ChildCall): Verdict | undefined {
  const events = record.historyEvents ?? [];
  const step = events.findIndex(({ EventType }) => EventType === "ExecutionStarted");
  const start = events[step];
  if (start?.EventType === "ExecutionStarted") {
    const text = start.Input ?? null;
    const input = text === null ? null : parseRecordedJson(text, { instanceId: record.instanceId, step });
    const difference = findDifference(
      { name: call.name, input: call.input },
      { name: start.FunctionName, input },
    );
    if (difference) return toDiverged(step, "its start, as its parent recorded it", difference);
  }
  const { outcome } = call;
  const end = events.at(-1);
  if (outcome === undefined || end?.EventType !== "ExecutionCompleted") return undefined;
  const told = {
    status: outcome.ok ? "Completed" : "Failed",
    output: outcome.ok ? outcome.output : outcome.cause,
  };
  // To its parent an orchestration that was terminated has failed, with the reason or without any.
  const status = end.OrchestrationStatus === "Terminated" ? "Failed" : end.OrchestrationStatus;
  const output = outcome.ok ? end.Result : (end.Result ?? "");
  const difference = findDifference(told, { status, output });
  return difference && toDiverged(events.length - 1, "its end, as its parent recorded it", difference);
}

function toDiverged(
  step: number,
  at: string,
  { recorded, now }: { recorded: unknown; now: unknown },
): Verdict {
  return { verdict: "diverged", step, at, recorded, now: { "its own record": now } };
}

function toWorst(verdicts: readonly Verdict["verdict"][]): Verdict["verdict"] {
  if (verdicts.includes("diverged")) return "diverged";
  return verdicts.includes("incomplete") ? "incomplete" : "reproduced";
}
