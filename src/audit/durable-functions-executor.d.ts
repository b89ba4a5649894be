/**
 * The parts of durable-functions 3.5 behind its public door that an audit replay uses, as far as it uses them
 * (lib/src/orchestrations/TaskOrchestrationExecutor.js, DurableOrchestrationContext.js, lib/src/task, lib/src/actions).
 * They come from the same copy as `durable-functions` itself: the executor asks `instanceof`.
 */
declare module "durable-functions/lib/src/orchestrations/TaskOrchestrationExecutor.js" {
  import type { DurableOrchestrationContext, Task } from "durable-functions";

  /** What an orchestrator asked for; `actionType` is a number of lib/src/actions/ActionType.js. */
  export interface ExecutorAction {
    actionType: number;
    functionName?: string;
    input?: unknown;
    instanceId?: string;
    fireAt?: Date;
    isCanceled?: boolean;
  }

  /** A task; one without an action of its own belongs to a retried call (RetryableTask.js), its parent. */
  export interface ExecutorTask {
    actionObj: ExecutorAction | "noOp";
    parent?: ExecutorTask;
    attemptNumber?: number;
    isWaitingOnTimer?: boolean;
    retryOptions?: { maxNumberOfAttempts: number };
    /** Why the last attempt failed. */
    error?: unknown;
  }

  export class TaskOrchestrationExecutor {
    context: DurableOrchestrationContext;
    generator: Generator<Task, unknown, unknown>;
    schemaVersion: number;
    currentTask: object;
    /** The id of the next task. */
    sequenceNumber: number;
    openTasks: Record<string, ExecutorTask | undefined>;
    /** By the name of the event. */
    openEvents: Record<string, object[] | undefined>;
    orchestratorReturned: boolean;
    output: unknown;
    exception: unknown;
    processEvent(event: object): void;
    isDoneExecuting(): boolean;
  }
}

declare module "durable-functions/lib/src/orchestrations/DurableOrchestrationContext.js" {
  import type { DurableOrchestrationContext as PublicContext } from "durable-functions";
  import type { TaskOrchestrationExecutor } from "durable-functions/lib/src/orchestrations/TaskOrchestrationExecutor.js";

  export const DurableOrchestrationContext: new (
    state: object[],
    instanceId: string,
    currentUtcDateTime: Date,
    isReplaying: boolean,
    parentInstanceId: string | undefined,
    longRunningTimerIntervalDuration: string,
    maximumShortTimerDuration: string,
    defaultHttpAsyncRequestSleepTimeMillseconds: number,
    schemaVersion: number,
    input: unknown,
    executor: TaskOrchestrationExecutor,
  ) => PublicContext;
}
