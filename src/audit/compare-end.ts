/** The end of an orchestration: what the record says it came to, and what it comes to on today's code. */
import { Divergence, findDifference, MissingFromRecord } from "./divergence.ts";
import type { RunningOrchestration } from "./running-orchestration.ts";
import { readAttestedDigests } from "./changed-result.ts";
import type { RecordedEvent, RecordedEventOf, RecordedOrchestration } from "./recorded-orchestration.ts";

/** What is compared. */
export interface RecordedEnd {
  record: RecordedOrchestration;
  events: readonly RecordedEvent[];
  run: RunningOrchestration;
  end: RecordedEventOf<"ExecutionCompleted">;
  step: number;
}

/** Throws `Divergence` or `MissingFromRecord` unless both ends are the same. */
export function compareEnd(o: RecordedEnd): void {
  const { record, end, step } = o;
  if (end.OrchestrationStatus !== record.runtimeStatus) {
    const recorded = { OrchestrationStatus: end.OrchestrationStatus };
    const now = { "runtimeStatus of the instance": record.runtimeStatus };
    throw new Divergence({ step, at: "the end, and the status of the instance", recorded, now });
  }
  if (!Object.hasOwn(end, "Result")) throw new MissingFromRecord("its output in the history");
  const difference = findDifference(end.Result, record.output);
  if (difference) {
    throw new Divergence({
      step,
      at: "the output at the end, and the output of the instance",
      recorded: difference.recorded,
      now: { "output of the instance": difference.now },
    });
  }
  const hasTermination = o.events.some(({ EventType }) => EventType === "ExecutionTerminated");
  if (hasTermination !== (end.OrchestrationStatus === "Terminated")) {
    if (!hasTermination) throw new MissingFromRecord("its termination");
    throw new Divergence({
      step,
      at: "the end",
      recorded: "terminated, yet it has ended by itself",
      now: "one or the other",
    });
  }
  switch (end.OrchestrationStatus) {
    case "Terminated":
      return;
    case "Completed":
      compareOutput(o);
      compareStatus(o);
      return compareAsked(o);
    case "Failed":
      compareFailure(o);
      compareStatus(o);
      return compareAsked(o);
  }
}

function compareOutput({ record, end, step, run }: RecordedEnd): void {
  const { outcome } = run.executor;
  switch (outcome.state) {
    case "threw":
      throw new Divergence({
        step,
        at: "the end",
        recorded: "completed",
        now: `today's code fails: ${outcome.message}`,
      });
    case "waits": {
      const attested = readAttestedDigests(record);
      // It attests to more than the record holds, and today's code waits for something: that is what is missing.
      if (attested === undefined || attested.length > run.consumed.length + 1) {
        throw new MissingFromRecord("something that it waited for", ...run.waits);
      }
      throw new Divergence({
        step,
        at: "the end",
        recorded: "completed",
        now: { "waits for": run.waits },
      });
    }
    case "returned": {
      const output: unknown = JSON.parse(JSON.stringify(outcome.output));
      const difference = findDifference(end.Result, output);
      if (difference) throw new Divergence({ step, at: "the output", ...difference });
    }
  }
}

/** The host puts the name before the error (OutOfProcOrchestrationShim.cs). */
function compareFailure({ record, end, step, run }: RecordedEnd): void {
  const { outcome } = run.executor;
  if (outcome.state !== "threw") {
    const now = outcome.state === "waits" ? { "waits for": run.waits } : "today's code completes";
    throw new Divergence({ step, at: "the end", recorded: end.Result, now });
  }
  const now = `Orchestrator function '${record.name}' failed: ${outcome.message}`;
  if (end.Result !== now) throw new Divergence({ step, at: "the failure", recorded: end.Result, now });
}

/** An orchestration sets a custom status only when it fails: its digests. */
function compareStatus({ record, step, run }: RecordedEnd): void {
  const difference = findDifference(record.customStatus ?? null, run.executor.customStatus ?? null);
  if (difference) throw new Divergence({ step, at: "the digests in the custom status", ...difference });
}

/** What has ended asks for nothing that was never begun. */
function compareAsked({ step, run }: RecordedEnd): void {
  const names = run.calls.list().map(({ call }) => call.name);
  const timers = run.timers.uncreated.map(() => "a timer");
  if (names.length + timers.length === 0) return;
  const now = { "asks for": [...new Set([...names, ...timers])] };
  throw new Divergence({ step, at: "the end", recorded: "never asked for", now });
}
