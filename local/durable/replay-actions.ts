/**
 * The host's half of the replay protocol: walks the actions an orchestrator returned over its history and finds
 * what to schedule next. Orchestrator and host never exchange ids; both number tasks 0, 1, 2… in the order in which
 * tasks begin, so this walk must begin them in the library's order:
 *
 * - an action begins when the one before it is settled; the children of a compound begin together, depth first;
 * - a failed attempt begins its retry timer, and that timer the next attempt, the moment their event is read;
 *   after the last attempt a timer that fires at once comes before the error (RetryableTask.js, RetryInterceptor.cs);
 * - a timer longer than six days is a chain of three-day timers (LongTimerTask.js).
 *
 * Sources: durable-functions 3.5 lib/src/orchestrations/TaskOrchestrationExecutor.js and lib/src/task;
 * Azure/azure-functions-durable-extension, OutOfProcOrchestrationShim.cs. Where those two differ on the end of
 * `Task.all` (first failure, or all settled), ids follow the library and the end of the orchestration follows the host.
 */
import {
  assertSameCommand,
  toActivity,
  toSubOrchestration,
  type Command,
  type UnnumberedCommand,
} from "./command.ts";
import { UnsupportedOrchestratorActionError } from "./durable-errors.ts";
import { ExternalEvents } from "./external-events.ts";
import { EventType, type HistoryEvent, type HistoryEventOf } from "./history-event.ts";
import { ActionType, type OrchestratorAction } from "./orchestrator-state.ts";
import { ChainTask, CompoundTask, ReplayTask } from "./replay-task.ts";
import { retrySteps, timerSteps, type TaskSteps } from "./task-steps.ts";

/** What a walk over actions and history found. */
export interface ReplayOutcome {
  /** Commands that the history does not hold yet, in the order of their ids. */
  newCommands: Command[];
  /** Every action has been walked and nothing the host awaits is open. */
  reachedEnd: boolean;
  /** The input of the next execution, when the orchestrator continues as new. */
  continueAsNew: { input: unknown } | null;
  /** External events nobody waited for, oldest first. */
  unusedEvents: HistoryEventOf<"EventRaised">[];
}

/** Walks `actions` over `history` (past and new events alike); throws when the two contradict each other. */
export function replayActions(actions: OrchestratorAction[], history: HistoryEvent[]): ReplayOutcome {
  return new ActionReplay(actions).run(history);
}

class ActionReplay {
  readonly #actions: OrchestratorAction[];
  #next = 0;
  #limit = 0;
  #executionStarted = false;
  #current: ReplayTask | null = null;
  readonly #awaited: ReplayTask[] = [];
  #continueAsNew: { input: unknown } | null = null;
  #sequence = 0;
  #now = 0;
  readonly #open = new Map<number, ReplayTask>();
  readonly #uncommitted = new Map<number, Command>();
  readonly #events = new ExternalEvents();

  constructor(actions: OrchestratorAction[]) {
    this.#actions = actions;
  }

  run(history: HistoryEvent[]): ReplayOutcome {
    const actionCounts = history
      .filter((event) => event.EventType === EventType.OrchestratorCompleted)
      .map((event) => event.ActionCount);
    let turn = 0;
    for (const event of history) {
      if (event.EventType === EventType.OrchestratorStarted) {
        this.#now = Math.max(this.#now, Date.parse(event.Timestamp));
        this.#limit = Math.min(actionCounts[turn] ?? this.#actions.length, this.#actions.length);
        turn += 1;
      }
      this.#read(event);
      this.#advance();
    }
    return {
      newCommands: [...this.#uncommitted.values()],
      reachedEnd:
        this.#next === this.#actions.length &&
        (this.#current?.settled ?? true) &&
        this.#awaited.every((task) => task.isDrained()),
      continueAsNew: this.#continueAsNew,
      unusedEvents: this.#events.listUnused(history),
    };
  }

  #read(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.ExecutionStarted:
        this.#executionStarted = true;
        return;
      case EventType.TaskScheduled:
      case EventType.TimerCreated:
      case EventType.SubOrchestrationInstanceCreated:
        assertSameCommand(event, this.#uncommitted.get(event.EventId));
        this.#uncommitted.delete(event.EventId);
        return;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        return this.#settle(event.TaskScheduledId, true);
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        return this.#settle(event.TaskScheduledId, false);
      case EventType.TimerFired:
        return this.#settle(event.TimerId, true);
      case EventType.EventRaised:
        return this.#events.raise(event, this.#continueAsNew === null);
      case EventType.ExecutionCompleted:
      case EventType.ExecutionTerminated:
      case EventType.ExecutionSuspended:
      case EventType.ExecutionResumed:
      case EventType.OrchestratorStarted:
      case EventType.OrchestratorCompleted:
        return;
    }
  }

  #settle(id: number, succeeded: boolean): void {
    const task = this.#open.get(id);
    this.#open.delete(id);
    task?.settle(succeeded);
  }

  #advance(): void {
    if (!this.#executionStarted) return;
    while ((this.#current?.settled ?? true) && this.#next < this.#limit) {
      const action = this.#actions[this.#next];
      if (action === undefined) return;
      this.#next += 1;
      this.#current = this.#begin(action);
      if (action.actionType === ActionType.WhenAll) this.#awaited.push(this.#current);
    }
  }

  #begin(action: OrchestratorAction): ReplayTask {
    switch (action.actionType) {
      case ActionType.CallActivity:
        return this.#beginCommand(toActivity(action));
      case ActionType.CallSubOrchestrator:
        return this.#beginCommand(toSubOrchestration(action));
      case ActionType.CallActivityWithRetry:
        return this.#beginChain(retrySteps(toActivity(action), action.retryOptions, () => this.#now));
      case ActionType.CallSubOrchestratorWithRetry:
        return this.#beginChain(retrySteps(toSubOrchestration(action), action.retryOptions, () => this.#now));
      case ActionType.CreateTimer:
        return this.#beginChain(
          timerSteps(Date.parse(action.fireAt), () => this.#now),
          action.isCanceled,
        );
      case ActionType.WaitForExternalEvent:
        return this.#events.wait(action.externalEventName);
      case ActionType.WhenAll:
        return this.#beginCompound("all", action.compoundActions);
      case ActionType.WhenAny:
        return this.#beginCompound("any", action.compoundActions);
      case ActionType.ContinueAsNew: {
        this.#continueAsNew = { input: action.input };
        return ReplayTask.settled();
      }
      case "unsupported":
        throw new UnsupportedOrchestratorActionError(
          action.actionName,
          "it does not run entities or HTTP calls",
        );
    }
  }

  #beginCommand(command: UnnumberedCommand): ReplayTask {
    const task = new ReplayTask();
    const id = this.#sequence;
    this.#sequence += 1;
    this.#open.set(id, task);
    this.#uncommitted.set(id, { ...command, id });
    return task;
  }

  #beginCompound(kind: "all" | "any", children: OrchestratorAction[]): ReplayTask {
    const compound = new CompoundTask(kind, children.length);
    for (const child of children) compound.adopt(this.#begin(child));
    return compound;
  }

  #beginChain(steps: TaskSteps, isCanceled = false): ReplayTask {
    return new ChainTask(steps, (command) => this.#beginCommand(command), isCanceled);
  }
}
