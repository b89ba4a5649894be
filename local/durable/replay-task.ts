/** The tasks of a replay: what is open, what is settled, and who is told of it. */
import type { UnnumberedCommand } from "./command.ts";
import type { TaskSteps } from "./task-steps.ts";

/** A task that an orchestrator can wait for. */
export class ReplayTask {
  settled = false;
  succeeded = false;
  onSettled: ((succeeded: boolean) => void) | null = null;

  /** Ends the task, once; a second end is ignored, as the host ignores duplicate messages. */
  settle(succeeded: boolean): void {
    if (this.settled) return;
    this.settled = true;
    this.succeeded = succeeded;
    this.onSettled?.(succeeded);
  }

  /** Whether the host has nothing left to await in this task. */
  isDrained(): boolean {
    return this.settled;
  }

  /** A task that has ended well before anyone could wait for it. */
  static settled(): ReplayTask {
    const task = new ReplayTask();
    task.settle(true);
    return task;
  }
}

/** `Task.all` (the first failure settles it) or `Task.any` (whatever comes first settles it). */
export class CompoundTask extends ReplayTask {
  readonly #kind: "all" | "any";
  readonly #size: number;
  readonly #children: ReplayTask[] = [];
  #successes = 0;

  constructor(kind: "all" | "any", size: number) {
    super();
    this.#kind = kind;
    this.#size = size;
  }

  /** Adds the next child; children are begun, and so numbered, one after the other. */
  adopt(child: ReplayTask): void {
    this.#children.push(child);
    if (child.settled) this.#childSettled(child.succeeded);
    else child.onSettled = (succeeded) => this.#childSettled(succeeded);
  }

  override isDrained(): boolean {
    return this.#kind === "any" ? this.settled : this.#children.every((child) => child.isDrained());
  }

  #childSettled(succeeded: boolean): void {
    if (succeeded) this.#successes += 1;
    if (this.#kind === "any") this.settle(true);
    else if (!succeeded) this.settle(false);
    else if (this.#successes === this.#size) this.settle(true);
  }
}

/** A task of several commands, begun one after the other: a retried call or a long timer. */
export class ChainTask extends ReplayTask {
  readonly #steps: TaskSteps;
  readonly #begin: (command: UnnumberedCommand) => ReplayTask;
  readonly #isCanceled: boolean;

  constructor(steps: TaskSteps, begin: (command: UnnumberedCommand) => ReplayTask, isCanceled = false) {
    super();
    this.#steps = steps;
    this.#begin = begin;
    this.#isCanceled = isCanceled;
    this.#follow(this.#steps.next());
  }

  override isDrained(): boolean {
    return this.settled || this.#isCanceled;
  }

  #follow(step: IteratorResult<UnnumberedCommand, boolean>): void {
    if (step.done === true) return this.settle(step.value);
    this.#begin(step.value).onSettled = (succeeded) => this.#follow(this.#steps.next(succeeded));
  }
}
