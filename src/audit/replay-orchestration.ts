/**
 * Re-runs one orchestration over its record: the very orchestrator, on durable-functions' own executor, given the recorded
 * results. Nothing is called, nothing is waited for, and no clock is read; the work is bounded by the record's length.
 */
import type { Verdict } from "../domain/audit.ts";
import { toJsonDigest } from "../orchestration/attest.ts";
import { ORCHESTRATORS } from "../orchestration/orchestrators.ts";
import { compareId } from "./compare-id.ts";
import { compareEnd } from "./compare-end.ts";
import { Divergence, findDifference, MissingFromRecord } from "./divergence.ts";
import { type ChildCall, EventMatcher } from "./match-events.ts";
import { RunningOrchestration } from "./running-orchestration.ts";
import { findChangedResult, readAttestedDigests } from "./changed-result.ts";
import type { RecordedEvent, RecordedEventOf, RecordedOrchestration } from "./recorded-orchestration.ts";
import { parseRecordedJson, toStepWords } from "./recorded-steps.ts";
import { UnreadableRecordError } from "./unreadable-record-error.ts";

export type { ChildCall } from "./match-events.ts";

/** What came of an audit replay of one orchestration, and the sub-orchestrations that its record tells of. */
export type OrchestrationReplay = { result: Verdict; children: ChildCall[] };

/**
 * Re-runs the orchestrator of a record; rejects with `UnreadableRecordError` when what is recorded is not a history, and
 * with nothing else.
 */
export function replayOrchestration(
  record: RecordedOrchestration,
  orchestrators: typeof ORCHESTRATORS = ORCHESTRATORS,
): Promise<OrchestrationReplay> {
  return new Promise((resolve) => {
    resolve(replay(record, orchestrators));
  });
}

function replay(record: RecordedOrchestration, orchestrators: typeof ORCHESTRATORS): OrchestrationReplay {
  const { instanceId } = record;
  const children: ChildCall[] = [];
  try {
    return { result: judge(record, orchestrators, children), children };
  } catch (error) {
    if (error instanceof UnreadableRecordError) throw error;
    if (error instanceof Divergence) {
      const { step, at, recorded, now } = error;
      return { result: { verdict: "diverged", step, at, recorded, now }, children };
    }
    if (error instanceof MissingFromRecord) {
      return { result: { verdict: "incomplete", missing: error.missing }, children };
    }
    // What the executor itself cannot take, for example a value that is nested too deeply.
    throw new UnreadableRecordError(instanceId, error instanceof Error ? error.message : String(error));
  }
}

function judge(
  record: RecordedOrchestration,
  orchestrators: typeof ORCHESTRATORS,
  children: ChildCall[],
): Verdict {
  const events = record.historyEvents ?? [];
  const startStep = events.findIndex(({ EventType }) => EventType === "ExecutionStarted");
  const start = events[startStep];
  if (start?.EventType !== "ExecutionStarted") throw new MissingFromRecord("its start");
  const input = readInput(record, start, startStep);
  compareId(record, input, startStep);
  const orchestrator = new Map(Object.entries(orchestrators)).get(start.FunctionName);
  if (orchestrator === undefined) {
    const now = `today's code has no orchestration named ${start.FunctionName}`;
    throw new Divergence({ step: startStep, at: toStepWords(start), recorded: start.FunctionName, now });
  }
  const attestedDigests = readAttestedDigests(record);
  const run = new RunningOrchestration(orchestrator, {
    name: start.FunctionName,
    instanceId: record.instanceId,
    input,
    startMs: Date.parse(start.Timestamp),
    attestedDigests,
  });
  const matcher = new EventMatcher(run, record.instanceId);
  try {
    return follow(record, { run, matcher, events, startStep });
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    throw findChangedResult(attestedDigests, toJsonDigest(input), run.consumed, events) ?? error;
  } finally {
    children.push(...matcher.children);
  }
}

/** Name and input stand in the record twice, once in the history and once outside it. */
function readInput(
  record: RecordedOrchestration,
  start: RecordedEventOf<"ExecutionStarted">,
  step: number,
): unknown {
  const at = toStepWords(start);
  if (start.FunctionName !== record.name) {
    const [recorded, now] = [{ FunctionName: start.FunctionName }, { "name of the instance": record.name }];
    throw new Divergence({ step, at, recorded, now });
  }
  const text = start.Input ?? null;
  if (text === null && record.input != null) throw new MissingFromRecord("its input in the history");
  const input = text === null ? null : parseRecordedJson(text, { instanceId: record.instanceId, step });
  if (record.input === undefined) throw new MissingFromRecord("the input of the instance");
  const difference = findDifference(input, record.input);
  if (difference) {
    const { recorded, now } = difference;
    throw new Divergence({
      step,
      at: "the input at the start, and the input of the instance",
      recorded,
      now: { "input of the instance": now },
    });
  }
  return input;
}

function follow(
  record: RecordedOrchestration,
  o: {
    run: RunningOrchestration;
    matcher: EventMatcher;
    events: readonly RecordedEvent[];
    startStep: number;
  },
): Verdict {
  const { run, matcher, events, startStep } = o;
  run.start();
  for (const [step, event] of events.entries()) {
    if (step === startStep) continue;
    if (event.EventType !== "ExecutionCompleted") {
      matcher.read(event, step);
      continue;
    }
    const after = events[step + 1];
    if (after) {
      const now = "nothing comes after the end";
      throw new Divergence({ step: step + 1, at: toStepWords(after), recorded: after.EventType, now });
    }
    // Timers that fired while nobody knew whose they were.
    while (run.fireAny());
    compareEnd({ record, events, run, end: event, step });
    return { verdict: "reproduced", steps: events.length };
  }
  throw new MissingFromRecord("its end", ...run.waits);
}
