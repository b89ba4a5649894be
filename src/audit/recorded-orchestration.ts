/**
 * The record of one orchestration, as Durable's status API tells it with `showHistory`, `showHistoryOutput` and
 * `showInput` (Azure/azure-functions-durable-extension: StatusResponsePayload.cs, and DurableClient.cs for the history:
 * what was scheduled is merged into its completion, ids and turns are left out, inputs are the stored JSON text).
 */
import { z } from "zod";
import type { RecordSource } from "../domain/audit.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

/** .NET writes up to seven decimals. */
const timestampSchema = z.iso.datetime({ offset: true });
const common = { Timestamp: timestampSchema };
const inputSchema = z.string().nullish();

/** What was scheduled, and has ended: absent where the event of its beginning was not found, or holds no input. */
const ended = {
  ...common,
  FunctionName: z.string().nullish(),
  Input: inputSchema,
  ScheduledTime: z.string().nullish(),
};
const completed = { ...ended, Result: z.unknown().optional() };
const failed = {
  ...ended,
  Reason: z.string(),
  Details: z.string().nullish(),
  FailureDetails: z.looseObject({}).nullish(),
};

/** One recorded event; kinds that no orchestration of this house writes are refused. */
export const recordedEventSchema = z.discriminatedUnion("EventType", [
  z.looseObject({
    EventType: z.literal("ExecutionStarted"),
    ...common,
    FunctionName: z.string(),
    Input: inputSchema,
  }),
  z.looseObject({
    EventType: z.literal("ExecutionCompleted"),
    ...common,
    OrchestrationStatus: z.enum(["Completed", "Failed", "Terminated"]),
    Result: z.unknown().optional(),
  }),
  z.looseObject({ EventType: z.literal("ExecutionTerminated"), ...common, Input: inputSchema }),
  z.looseObject({ EventType: z.literal("ExecutionSuspended"), ...common }),
  z.looseObject({ EventType: z.literal("ExecutionResumed"), ...common }),
  z.looseObject({ EventType: z.literal("TaskScheduled"), ...common, Name: z.string(), Input: inputSchema }),
  z.looseObject({ EventType: z.literal("TaskCompleted"), ...completed }),
  z.looseObject({ EventType: z.literal("TaskFailed"), ...failed }),
  z.looseObject({
    EventType: z.literal("SubOrchestrationInstanceCreated"),
    ...common,
    Name: z.string(),
    InstanceId: z.string(),
    Input: inputSchema,
  }),
  z.looseObject({ EventType: z.literal("SubOrchestrationInstanceCompleted"), ...completed }),
  z.looseObject({ EventType: z.literal("SubOrchestrationInstanceFailed"), ...failed }),
  z.looseObject({ EventType: z.literal("TimerCreated"), ...common, FireAt: timestampSchema }),
  z.looseObject({ EventType: z.literal("TimerFired"), ...common, FireAt: timestampSchema }),
  z.looseObject({ EventType: z.literal("EventRaised"), ...common, Name: z.string(), Input: inputSchema }),
]);

/** The answer of the status API; without a history there is nothing to replay, but it can be read. */
export const recordedOrchestrationSchema = z.looseObject({
  name: z.string(),
  instanceId: z.string(),
  runtimeStatus: z.string(),
  input: z.unknown().optional(),
  output: z.unknown().optional(),
  customStatus: z.unknown().optional(),
  createdTime: z.string().nullish(),
  lastUpdatedTime: z.string().nullish(),
  historyEvents: z.array(recordedEventSchema).nullish(),
});

export type RecordedEvent = z.infer<typeof recordedEventSchema>;
export type RecordedOrchestration = z.infer<typeof recordedOrchestrationSchema>;

/** The recorded event of one kind, for example `RecordedEventOf<"TimerFired">`. */
export type RecordedEventOf<Kind extends RecordedEvent["EventType"]> = Extract<
  RecordedEvent,
  { EventType: Kind }
>;

/** Where records are read: the record of one instance as the status API answers it, or undefined when there is none. */
export interface RecordReader {
  read(instanceId: string): Promise<{ record: unknown; source: RecordSource } | undefined>;
}

/** Reads a record; throws `UnreadableRecordError` when it does not have the shape of one. */
export function parseRecordedOrchestration(record: unknown, instanceId: string): RecordedOrchestration {
  return parseRecorded(recordedOrchestrationSchema, record, { instanceId, what: "the status answer" });
}
