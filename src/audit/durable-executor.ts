/**
 * Durable-functions' own executor, fed one event at a time: what `execute` of TaskOrchestrationExecutor.js does with a
 * whole history, so that whoever feeds it sees after each event which tasks are open. Nothing it opens is ever done.
 */
import { DummyOrchestrationContext } from "durable-functions";
import { DurableOrchestrationContext } from "durable-functions/lib/src/orchestrations/DurableOrchestrationContext.js";
import {
  type ExecutorTask,
  TaskOrchestrationExecutor,
} from "durable-functions/lib/src/orchestrations/TaskOrchestrationExecutor.js";
import type { Orchestrator } from "../orchestration/attest.ts";

export type {
  ExecutorAction,
  ExecutorTask,
} from "durable-functions/lib/src/orchestrations/TaskOrchestrationExecutor.js";

/** The library's numbers (lib/src/history/HistoryEventType.js). */
const EVENT = {
  ExecutionStarted: 0,
  TaskCompleted: 5,
  TaskFailed: 6,
  TimerFired: 11,
  OrchestratorStarted: 12,
  EventRaised: 15,
} as const;

/** ReplaySchema.V4, and the durations of the Azure Storage backend: what the extension tells the library. */
const SCHEMA_VERSION = 3;
const LONG_TIMER_INTERVAL = "3.00:00:00";
const MAXIMUM_SHORT_TIMER = "6.00:00:00";
const HTTP_POLL_MS = 30_000;

/** A failure as the history holds it. */
export type RecordedFailure = { Reason: string; Details: string; FailureDetails?: unknown };

/** One orchestration, somewhere between its beginning and its end. */
export class DurableExecutor {
  readonly #executor = new TaskOrchestrationExecutor();
  #nowMs: number;
  #nextId = 0;

  constructor(
    orchestrator: Orchestrator,
    o: { name: string; instanceId: string; input: unknown; startMs: number },
  ) {
    this.#nowMs = o.startMs;
    const context = new DummyOrchestrationContext(o.name, o.instanceId, () => undefined);
    context.df = new DurableOrchestrationContext(
      [],
      o.instanceId,
      new Date(o.startMs),
      true,
      undefined,
      LONG_TIMER_INTERVAL,
      MAXIMUM_SHORT_TIMER,
      HTTP_POLL_MS,
      SCHEMA_VERSION,
      o.input,
      this.#executor,
    );
    this.#executor.schemaVersion = SCHEMA_VERSION;
    this.#executor.context = context.df;
    this.#executor.generator = orchestrator(context);
  }

  /** Runs up to the first wait. */
  start(): void {
    this.#feed({ EventType: EVENT.ExecutionStarted });
  }

  /** The clock of the orchestration never goes back. */
  advanceTo(ms: number): void {
    if (ms <= this.#nowMs) return;
    this.#nowMs = ms;
    this.#feed({ EventType: EVENT.OrchestratorStarted, Timestamp: new Date(ms) });
  }

  complete(id: number, result: unknown): void {
    // As text, as in a history; the copy keeps the record from being written to.
    const Result = JSON.stringify(result ?? null);
    this.#feed({ EventType: EVENT.TaskCompleted, TaskScheduledId: id, Result });
  }

  fail(id: number, failure: RecordedFailure): void {
    this.#feed({ EventType: EVENT.TaskFailed, TaskScheduledId: id, ...failure });
  }

  fire(id: number): void {
    this.#feed({ EventType: EVENT.TimerFired, TimerId: id });
  }

  /** Answers the task that hears the event now; undefined when it is kept for later. */
  raise(name: string, input: string | null): object | undefined {
    // The library keeps tasks by id and events by name in one place: such a name would end a task.
    if (/^\d+$/.test(name)) return undefined;
    const heard = this.#executor.openEvents[name]?.at(-1);
    this.#feed({ EventType: EVENT.EventRaised, Name: name, Input: input });
    return heard;
  }

  /** The tasks that have begun since it was last asked, in the order of their ids. */
  takeBegun(): { id: number; task: ExecutorTask }[] {
    const begun: { id: number; task: ExecutorTask }[] = [];
    for (; this.#nextId < this.#executor.sequenceNumber; this.#nextId++) {
      const task = this.#executor.openTasks[this.#nextId];
      if (task !== undefined) begun.push({ id: this.#nextId, task });
    }
    return begun;
  }

  get isDone(): boolean {
    return this.#executor.isDoneExecuting();
  }

  /** What it came to so far. */
  get outcome():
    | { state: "returned"; output: unknown }
    | { state: "threw"; message: string }
    | { state: "waits" } {
    const { exception, output, orchestratorReturned } = this.#executor;
    if (exception !== undefined) {
      return { state: "threw", message: toMessage(exception) };
    }
    return orchestratorReturned ? { state: "returned", output } : { state: "waits" };
  }

  get customStatus(): unknown {
    const status: { customStatus?: unknown } = this.#executor.context;
    return status.customStatus;
  }

  /** The events somebody waits for. */
  get awaitedEvents(): string[] {
    return Object.keys(this.#executor.openEvents);
  }

  #feed(event: object): void {
    this.#executor.processEvent({ IsPlayed: true, ...event });
  }
}

/** Whoever throws something else than an error has said nothing: the library then tells of no message either. */
function toMessage(exception: unknown): string {
  return exception instanceof Error ? exception.message : "undefined";
}
