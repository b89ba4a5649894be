/**
 * Feeds the recorded events of one orchestration to its orchestrator, each to the task that asked for it by name and
 * input; throws `Divergence` at the first that nobody asked for.
 */
import { Divergence, MissingFromRecord } from "./divergence.ts";
import { type CallKind, compareWithOpen, toKey } from "./open-calls.ts";
import type { RecordedEvent, RecordedEventOf } from "./recorded-orchestration.ts";
import { parseRecordedJson, toStepWords } from "./recorded-steps.ts";
import type { RunningOrchestration } from "./running-orchestration.ts";

/** A sub-orchestration that the record tells of; `outcome` is what it came to, as its parent was told. */
export interface ChildCall {
  instanceId: string;
  name: string;
  input: unknown;
  outcome: { ok: true; output: unknown } | { ok: false; cause: string } | undefined;
}

type EndedCall = RecordedEventOf<
  "TaskCompleted" | "TaskFailed" | "SubOrchestrationInstanceCompleted" | "SubOrchestrationInstanceFailed"
>;

/** See the file's header. */
export class EventMatcher {
  readonly children: ChildCall[] = [];
  readonly #run: RunningOrchestration;
  readonly #instanceId: string;

  constructor(run: RunningOrchestration, instanceId: string) {
    this.#run = run;
    this.#instanceId = instanceId;
  }

  /** Takes one event after the start and before the end. */
  read(event: RecordedEvent, step: number): void {
    this.#run.executor.advanceTo(Date.parse(event.Timestamp));
    switch (event.EventType) {
      case "TaskCompleted":
      case "TaskFailed":
      case "SubOrchestrationInstanceCompleted":
      case "SubOrchestrationInstanceFailed":
        return this.#end(event, step);
      case "TaskScheduled":
      case "SubOrchestrationInstanceCreated":
        return this.#schedule(event, step);
      case "TimerCreated":
        return this.#createTimer(event, step);
      case "TimerFired":
        return this.#fireTimer(event, step);
      case "EventRaised":
        return this.#raise(event, step);
      case "ExecutionSuspended":
      case "ExecutionResumed":
      case "ExecutionTerminated":
        return;
      case "ExecutionStarted":
      case "ExecutionCompleted":
        throw new Divergence({
          step,
          at: toStepWords(event),
          recorded: event.EventType,
          now: "one is enough",
        });
    }
  }

  #end(event: EndedCall, step: number): void {
    const kind = event.EventType.startsWith("Task") ? "activity" : "subOrchestration";
    const { FunctionName: name } = event;
    if (name == null) throw new MissingFromRecord(`what step ${step} had called`);
    const { open, input } = this.#find({ kind, name, inputText: event.Input ?? null, event, step });
    const isFailure =
      event.EventType === "TaskFailed" || event.EventType === "SubOrchestrationInstanceFailed";
    if (!isFailure && !Object.hasOwn(event, "Result")) {
      throw new MissingFromRecord(`the result of ${name} (step ${step})`);
    }
    if (kind === "subOrchestration" && open.call.instanceId !== undefined) {
      const outcome = isFailure
        ? ({ ok: false, cause: event.Reason } as const)
        : ({ ok: true, output: event.Result } as const);
      this.children.push({ instanceId: open.call.instanceId, name, input, outcome });
    }
    if (!isFailure) return this.#run.end(open, { result: event.Result }, step);
    const { Reason, FailureDetails } = event;
    this.#run.end(open, { failure: { Reason, Details: event.Details ?? "", FailureDetails } }, step);
  }

  #schedule(event: RecordedEventOf<"TaskScheduled" | "SubOrchestrationInstanceCreated">, step: number): void {
    const kind = event.EventType === "TaskScheduled" ? "activity" : "subOrchestration";
    const { Name: name } = event;
    const { open, input } = this.#find({ kind, name, inputText: event.Input ?? null, event, step });
    this.#run.begun.push(open);
    if (event.EventType !== "SubOrchestrationInstanceCreated") return;
    const { instanceId } = open.call;
    if (instanceId !== undefined && instanceId !== event.InstanceId) {
      const [recorded, now] = [{ InstanceId: event.InstanceId }, { InstanceId: instanceId }];
      throw new Divergence({ step, at: toStepWords(event), recorded, now });
    }
    this.children.push({ instanceId: event.InstanceId, name, input, outcome: undefined });
  }

  /** The attempt that asked for this: open, or after its retry timer, or after a timer that the record left open. */
  #find(o: { kind: CallKind; name: string; inputText: string | null; event: RecordedEvent; step: number }) {
    if (o.inputText === null) throw new MissingFromRecord(`the input of ${o.name} (step ${o.step})`);
    const input = parseRecordedJson(o.inputText, { instanceId: this.#instanceId, step: o.step });
    const keys = [toKey(o.kind, o.name, o.inputText)];
    const normalised = JSON.stringify(input);
    if (normalised !== o.inputText) keys.push(toKey(o.kind, o.name, normalised));
    do {
      for (const key of keys) {
        const open = this.#run.take(key);
        if (open) return { open, input };
      }
    } while (this.#run.fireAny());
    const compared = compareWithOpen({ kind: o.kind, name: o.name, input }, this.#run.calls.list());
    throw new Divergence({ step: o.step, at: toStepWords(o.event), ...compared });
  }

  #createTimer(event: RecordedEventOf<"TimerCreated">, step: number): void {
    while (this.#run.timers.next === undefined && this.#run.fireAny());
    const { next } = this.#run.timers;
    const recorded = { FireAt: event.FireAt };
    if (next === undefined) {
      throw new Divergence({ step, at: toStepWords(event), recorded, now: "no timer is asked for" });
    }
    const fireAtMs = Date.parse(event.FireAt);
    // The stages of a wait of more than six days are counted from turns that the record leaves out.
    if (next.kind === "user" && !next.isSegment && next.fireAtMs !== fireAtMs) {
      const now = { FireAt: new Date(next.fireAtMs).toISOString() };
      throw new Divergence({ step, at: toStepWords(event), recorded, now });
    }
    this.#run.timers.create(fireAtMs);
  }

  #fireTimer(event: RecordedEventOf<"TimerFired">, step: number): void {
    const fireAtMs = Date.parse(event.FireAt);
    // .NET stamps this event when the timer is created.
    this.#run.executor.advanceTo(fireAtMs);
    if (!this.#run.fireAt(fireAtMs, step)) {
      const recorded = { FireAt: event.FireAt };
      throw new Divergence({
        step,
        at: toStepWords(event),
        recorded,
        now: "no timer of that instant is waited for",
      });
    }
  }

  #raise(event: RecordedEventOf<"EventRaised">, step: number): void {
    const text = event.Input ?? null;
    if (text !== null) parseRecordedJson(text, { instanceId: this.#instanceId, step });
    this.#run.raise(event.Name, text, step);
  }
}
