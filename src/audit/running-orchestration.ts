/** An orchestration on today's code, as far as its record has brought it: what it waits for, and what it consumed. */
import { toShortDigest } from "../domain/sha256.ts";
import { attest, type Orchestrator } from "../orchestration/attest.ts";
import { DurableExecutor, type ExecutorTask, type RecordedFailure } from "./durable-executor.ts";
import { type OpenCall, OpenCalls, toCall } from "./open-calls.ts";
import { type OpenTimer, OpenTimers, type PickRetry } from "./open-timers.ts";

/** A result that was consumed: its digest, and the steps of the record that it came from. */
export interface Consumed {
  digest: string;
  steps: number[];
  isCompound: boolean;
}

/** What is re-run; `attestedDigests` are those in the recorded output, which can tell whose failure came first. */
export interface RunStart {
  name: string;
  instanceId: string;
  input: unknown;
  startMs: number;
  attestedDigests: readonly string[] | undefined;
}

/** lib/src/actions/ActionType.js */
const CREATE_TIMER = 5;

/** See the file's header. */
export class RunningOrchestration {
  readonly executor: DurableExecutor;
  readonly calls = new OpenCalls();
  readonly timers = new OpenTimers();
  /** The record says that these have begun, and not that they ended. */
  readonly begun: OpenCall[] = [];
  readonly #attestedDigests: readonly string[] | undefined;
  readonly #consumed: { task: object; digest: string }[] = [];
  readonly #timerTasks = new Map<number, ExecutorTask>();
  readonly #stepByTask = new WeakMap<object, number>();
  readonly #stepByEvent = new Map<string, number>();

  constructor(orchestrator: Orchestrator, start: RunStart) {
    this.#attestedDigests = start.attestedDigests;
    const attested = attest(orchestrator, (task, digest) => this.#consumed.push({ task, digest }));
    this.executor = new DurableExecutor(attested, start);
  }

  /** Runs up to the first wait. */
  start(): void {
    this.executor.start();
    this.#register();
  }

  /** An attempt has ended, with its result or its failure; after the end of the orchestration nobody asks for it. */
  end(open: OpenCall, ended: { result: unknown } | { failure: RecordedFailure }, step: number): void {
    this.#stepByTask.set(open.owner, step);
    if (this.executor.isDone) return;
    if ("failure" in ended) this.executor.fail(open.id, ended.failure);
    else this.executor.complete(open.id, ended.result);
    this.#register();
  }

  /** A timer of that instant fires; false when nobody waits for one. */
  fireAt(fireAtMs: number, step: number): boolean {
    const fired = this.timers.fire(fireAtMs, this.#pickRetry);
    for (const timer of fired ?? []) this.#fire(timer, step);
    return fired !== undefined;
  }

  /** Fires a timer of which the record left open whose it was; false when there is none. */
  fireAny(): boolean {
    const timer = this.timers.takeAnyFired(this.#pickRetry);
    if (timer) this.#fire(timer);
    return timer !== undefined;
  }

  /** The oldest open attempt of a call, also one whose timer has fired without anybody knowing that it was its. */
  take(key: string): OpenCall | undefined {
    const open = this.calls.take(key);
    if (open) return open;
    const timer = this.timers.takeFired(key);
    if (timer === undefined) return undefined;
    this.#fire(timer);
    return this.calls.take(key);
  }

  /** An event comes; what nobody waits for is kept. */
  raise(name: string, inputText: string | null, step: number): void {
    if (this.executor.isDone) return;
    const heard = this.executor.raise(name, inputText);
    if (heard) this.#stepByTask.set(heard, step);
    else this.#stepByEvent.set(name, step);
    this.#register();
  }

  /** What it waits for, in words; nothing when it has ended. */
  get waits(): string[] {
    if (this.executor.isDone) return [];
    const calls = [...this.calls.list(), ...this.begun].map(({ call }) => `the end of ${call.name}`);
    const events = this.executor.awaitedEvents.map((name) => `the event ${name}`);
    const timers = this.timers.hasUnfired ? ["a timer"] : [];
    return [...new Set([...calls, ...events, ...timers])];
  }

  /** The results consumed so far, in order. */
  get consumed(): Consumed[] {
    return this.#consumed.map(({ task, digest }) => {
      const children = toChildren(task);
      const tasks = children.length > 0 ? children : [task];
      return {
        digest,
        steps: tasks.flatMap((one) => this.#toStep(one) ?? []),
        isCompound: children.length > 0,
      };
    });
  }

  #toStep(task: object): number | undefined {
    const eventName = "id" in task && typeof task.id === "string" ? task.id : "";
    return this.#stepByTask.get(task) ?? this.#stepByEvent.get(eventName);
  }

  #fire({ id, kind }: OpenTimer, step?: number): void {
    const task = this.#timerTasks.get(id);
    if (task && kind === "user" && step !== undefined) this.#stepByTask.set(task, step);
    this.#timerTasks.delete(id);
    if (this.executor.isDone) return;
    this.executor.fire(id);
    this.#register();
  }

  /** `Task.all` ends with the first failure, and its digest says whose that was. */
  readonly #pickRetry: PickRetry = (candidates) => {
    const expected = this.#attestedDigests?.[this.#consumed.length + 1];
    return candidates.find(
      ({ isLast, error }) => isLast && error instanceof Error && toShortDigest(error.message) === expected,
    );
  };

  #register(): void {
    for (const { id, task } of this.executor.takeBegun()) {
      const { actionObj: action, parent } = task;
      if (action === "noOp") {
        if (parent && parent.actionObj !== "noOp") this.#registerRetry(id, parent);
        continue;
      }
      const call = toCall(action);
      if (call) {
        // A call with retries is waited for through its parent, which has the same action.
        const owner = parent?.actionObj === action ? parent : task;
        this.calls.add({ id, call, owner });
      } else if (action.actionType === CREATE_TIMER && action.fireAt) {
        const whole = parent?.actionObj;
        const isSegment =
          whole !== undefined &&
          whole !== "noOp" &&
          whole.actionType === CREATE_TIMER &&
          whole.fireAt?.getTime() !== action.fireAt.getTime();
        this.#timerTasks.set(id, task);
        this.timers.ask({ id, kind: "user", fireAtMs: action.fireAt.getTime(), isSegment });
      }
    }
  }

  #registerRetry(id: number, parent: ExecutorTask): void {
    const call = parent.actionObj === "noOp" ? undefined : toCall(parent.actionObj);
    if (call === undefined) return;
    if (parent.isWaitingOnTimer !== true) return this.calls.add({ id, call, owner: parent });
    const isLast = (parent.attemptNumber ?? 0) > (parent.retryOptions?.maxNumberOfAttempts ?? 0);
    this.timers.ask({ id, kind: "retry", key: call.key, isLast, error: parent.error });
  }
}

/** The tasks of `Task.all` and `Task.any`; a call with retries counts as one. */
function toChildren(task: object): readonly object[] {
  if (!("children" in task) || !Array.isArray(task.children) || "retryOptions" in task) return [];
  return task.children.filter((child: unknown) => typeof child === "object" && child !== null);
}
