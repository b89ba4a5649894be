/**
 * Runs one timer function: at its occurrences, at once when one was missed while the host was down, and on start-up
 * where the function asks for it.
 *
 * One run at a time. Occurrences that fall into a run are not made up for one by one: if there were any, the function
 * runs once more as soon as the run ends, and then again by the schedule. Source: TimerListener.cs of
 * Azure/azure-webjobs-sdk-extensions (InvokeJobFunction, GetNextTimerInterval).
 *
 * A run by hand is none of these: it begins at once, also beside a scheduled one, is never past due and leaves the
 * schedule as it is. Source: BindAsync of TimerTriggerBinding.cs there, which is all that such a call passes through.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { resumeSchedule, type ScheduleStatus, type ScheduleStatuses } from "./schedule-status.ts";
import type { TimerFunction } from "./timer-trigger.ts";

/** Timers of Node.js end at 24.8 days; a longer wait is made of several. */
const LONGEST_WAIT_MS = 24 * 24 * 60 * 60 * 1000;

type Reason = "scheduled" | "pastDue" | "startup";

/** What a listener needs. */
export interface TimerListenerOptions {
  readonly timer: TimerFunction;
  readonly statuses: ScheduleStatuses;
  /** Runs the function with this input (JSON text); what it rejects with has been logged. */
  readonly invoke: (input: string) => Promise<unknown>;
  readonly log: (level: "debug" | "info" | "warn" | "error", message: string) => void;
}

/** One timer function that runs by its schedule between `start()` and `stop()`. */
export class TimerListener {
  readonly #o: TimerListenerOptions;
  #status: ScheduleStatus = { last: null, next: null, lastUpdated: null };
  #wait: NodeJS.Timeout | undefined;
  #run: Promise<void> = Promise.resolve();
  #isInvoking = false;
  #phase: "created" | "started" | "stopping" | "abandoned" = "created";

  constructor(options: TimerListenerOptions) {
    this.#o = options;
  }

  /** When the function runs next by its schedule; null before the start and when the schedule never occurs again. */
  get next(): Date | null {
    return this.#status.next;
  }

  /** Starts the schedule; the function itself runs later, also when it runs on start-up. */
  async start(): Promise<void> {
    if (this.#phase !== "created") return;
    this.#phase = "started";
    const { timer, statuses, log } = this.#o;
    const stored = timer.useMonitor ? statuses.read(timer.fn.name) : null;
    const { status, isPastDue, toStore } = resumeSchedule(stored, timer.ncrontab, new Date());
    this.#status = status;
    if (timer.useMonitor && toStore !== null) await statuses.write(timer.fn.name, toStore);
    if (isPastDue) {
      log("info", `'${timer.fn.name}' is past due: it should have run at ${status.next?.toISOString()}`);
      this.#runAfter(0, "pastDue");
    } else if (timer.runOnStartup) {
      this.#runAfter(0, "startup");
    } else {
      this.#waitForNext();
    }
  }

  /** Runs the function once, out of its schedule; rejects with what the run rejected with. */
  async runByHand(): Promise<void> {
    await this.#o.invoke(toTimerInput(this.#o.timer.useMonitor ? this.#status : null, false));
  }

  /** Starts no more runs by the schedule. */
  pause(): void {
    if (this.#phase !== "abandoned") this.#phase = "stopping";
    clearTimeout(this.#wait);
  }

  /** After `drained`, when running functions have had their time: waits for the status of a run that ended, and forgets about one that did not. */
  async stop(drained: Promise<unknown>): Promise<void> {
    this.pause();
    await drained;
    // What a run does right after its end has to be seen before it is judged.
    await nextTurn();
    if (!this.#isInvoking) await this.#run;
    this.#phase = "abandoned";
  }

  #waitForNext(): void {
    const { next } = this.#status;
    if (next === null) {
      this.#o.log("warn", `'${this.#o.timer.fn.name}' will not run: its schedule never occurs again`);
      return;
    }
    const waitMs = Math.max(0, next.getTime() - Date.now());
    if (waitMs > LONGEST_WAIT_MS) this.#setWait(LONGEST_WAIT_MS, () => this.#waitForNext());
    else this.#runAfter(waitMs, "scheduled");
  }

  #runAfter(waitMs: number, reason: Reason): void {
    this.#setWait(waitMs, () => {
      this.#run = this.#runOnce(reason);
    });
  }

  #setWait(waitMs: number, then: () => void): void {
    if (this.#phase === "started") this.#wait = setTimeout(then, waitMs);
  }

  async #runOnce(reason: Reason): Promise<void> {
    const { timer, statuses, invoke, log } = this.#o;
    const startedAt = new Date();
    this.#isInvoking = true;
    try {
      await invoke(toTimerInput(timer.useMonitor ? this.#status : null, reason === "pastDue"));
    } catch {
      // A failed run is logged by whoever ran it, and is not repeated: the next occurrence is.
    }
    this.#isInvoking = false;
    const last = this.#toOccurrence(startedAt, reason);
    this.#status = { last, next: timer.ncrontab.next(last), lastUpdated: last };
    try {
      if (timer.useMonitor && this.#phase !== "abandoned") await statuses.write(timer.fn.name, this.#status);
    } catch (error) {
      log("error", `The status of the timer '${timer.fn.name}' could not be stored: ${String(error)}`);
    }
    if (this.#phase === "started") this.#waitForNext();
  }

  /** A timer can fire a little early: then the occurrence it was set for counts, or it would come twice. */
  #toOccurrence(startedAt: Date, reason: Reason): Date {
    const { next } = this.#status;
    return reason === "scheduled" && next !== null && next > startedAt ? next : startedAt;
  }
}

/** The trigger input; `ScheduleStatus` is null for a timer that is not monitored. */
function toTimerInput(status: ScheduleStatus | null, isPastDue: boolean): string {
  return JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: status && {
      Last: toDotNetTime(status.last),
      LastUpdated: toDotNetTime(status.lastUpdated),
      Next: toDotNetTime(status.next),
    },
    IsPastDue: isPastDue,
  });
}

/** As .NET writes an instant in UTC; "never" is its first one. */
function toDotNetTime(instant: Date | null): string {
  return instant === null
    ? "0001-01-01T00:00:00+00:00"
    : instant.toISOString().replace(/(\.000)?Z$/, "+00:00");
}
