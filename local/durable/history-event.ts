/**
 * The events of an orchestration's history, as DurableTask.Core serialises them into the trigger payload:
 * Pascal case, integer EventType (Azure/durabletask, src/DurableTask.Core/History).
 * `IsPlayed` is not stored: it is true for everything of earlier turns and false for what is new.
 */
import { z } from "zod";

/** DurableTask.Core's numbers for the kinds of history event that this engine writes. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

const common = { EventId: z.int(), Timestamp: z.iso.datetime() };
const failure = { Reason: z.string(), Details: z.string(), FailureDetails: z.null() };
const executionSchema = z.object({ InstanceId: z.string(), ExecutionId: z.string() });

const parentInstanceSchema = z.object({
  Name: z.string(),
  OrchestrationInstance: executionSchema,
  TaskScheduleId: z.int(),
  Version: z.string(),
});

/** One stored history event. */
export const historyEventSchema = z.discriminatedUnion("EventType", [
  z.object({
    EventType: z.literal(EventType.ExecutionStarted),
    ...common,
    OrchestrationInstance: executionSchema,
    ParentInstance: parentInstanceSchema.nullable(),
    Name: z.string(),
    Version: z.string(),
    Input: z.string().nullable(),
  }),
  z.object({
    EventType: z.literal(EventType.ExecutionCompleted),
    ...common,
    OrchestrationStatus: z.enum(["Completed", "Failed", "Terminated"]),
    Result: z.string().nullable(),
  }),
  z.object({ EventType: z.literal(EventType.ExecutionTerminated), ...common, Input: z.string().nullable() }),
  z.object({
    EventType: z.literal(EventType.TaskScheduled),
    ...common,
    Name: z.string(),
    Version: z.string(),
    Input: z.string().nullable(),
  }),
  z.object({
    EventType: z.literal(EventType.TaskCompleted),
    ...common,
    TaskScheduledId: z.int(),
    Result: z.string().nullable(),
  }),
  z.object({ EventType: z.literal(EventType.TaskFailed), ...common, TaskScheduledId: z.int(), ...failure }),
  z.object({
    EventType: z.literal(EventType.SubOrchestrationInstanceCreated),
    ...common,
    Name: z.string(),
    Version: z.string(),
    InstanceId: z.string(),
    Input: z.string().nullable(),
  }),
  z.object({
    EventType: z.literal(EventType.SubOrchestrationInstanceCompleted),
    ...common,
    TaskScheduledId: z.int(),
    Result: z.string().nullable(),
  }),
  z.object({
    EventType: z.literal(EventType.SubOrchestrationInstanceFailed),
    ...common,
    TaskScheduledId: z.int(),
    ...failure,
  }),
  z.object({ EventType: z.literal(EventType.TimerCreated), ...common, FireAt: z.iso.datetime() }),
  z.object({
    EventType: z.literal(EventType.TimerFired),
    ...common,
    TimerId: z.int(),
    FireAt: z.iso.datetime(),
  }),
  z.object({ EventType: z.literal(EventType.OrchestratorStarted), ...common }),
  z.object({
    EventType: z.literal(EventType.OrchestratorCompleted),
    ...common,
    /** Ours: how many actions the orchestrator had returned by this turn, so that a replay never runs ahead of it. */
    ActionCount: z.int(),
  }),
  z.object({
    EventType: z.literal(EventType.EventRaised),
    ...common,
    Name: z.string(),
    Input: z.string().nullable(),
  }),
  z.object({ EventType: z.literal(EventType.ExecutionSuspended), ...common, Reason: z.string().nullable() }),
  z.object({ EventType: z.literal(EventType.ExecutionResumed), ...common, Reason: z.string().nullable() }),
]);

/** One stored history event, discriminated on `EventType`. */
export type HistoryEvent = z.infer<typeof historyEventSchema>;

/** The event of one kind, for example `HistoryEventOf<"TimerFired">`. */
export type HistoryEventOf<Name extends keyof typeof EventType> = Extract<
  HistoryEvent,
  { EventType: (typeof EventType)[Name] }
>;

const nameByType = new Map<number, string>(Object.entries(EventType).map(([name, type]) => [type, name]));

/** The name that the management API shows for an event's kind. */
export function eventTypeName(event: HistoryEvent): string {
  return nameByType.get(event.EventType) ?? String(event.EventType);
}
