/** What the rows of the engine's tables hold. */
import { z } from "zod";
import { historyEventSchema } from "./history-event.ts";
import { runtimeStatuses } from "./runtime-status.ts";

/** Reads an instance row. */
export const instanceRowSchema = z.object({
  instanceId: z.string(),
  executionId: z.string(),
  name: z.string(),
  version: z.string(),
  /** JSON text, like `output` and `customStatus`. */
  input: z.string().nullable(),
  output: z.string().nullable(),
  customStatus: z.string().nullable(),
  runtimeStatus: z.enum(runtimeStatuses),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
  parent: z
    .object({ instanceId: z.string(), executionId: z.string(), name: z.string(), taskId: z.int() })
    .nullable(),
  historyLength: z.int(),
  /** How many actions the orchestrator had returned by its last turn. */
  actionCount: z.int(),
});
/** One instance; of an id only the latest execution is kept. */
export type InstanceRow = z.infer<typeof instanceRowSchema>;

/** Reads a message. */
export const messageSchema = z.object({
  /** The execution the message is meant for; null: whichever runs under the instance id. */
  executionId: z.string().nullable(),
  event: historyEventSchema,
});
/** Something that happened to an instance and that no turn has read yet. */
export type Message = z.infer<typeof messageSchema>;
/** A message in an inbox; sequence numbers grow. */
export interface InboxEntry {
  sequence: number;
  message: Message;
}

/** Reads a pending activity. */
export const activityRowSchema = z.object({
  instanceId: z.string(),
  executionId: z.string(),
  taskId: z.int(),
  name: z.string(),
  /** The text delivered to the activity. */
  input: z.string().nullable(),
});
/** An activity that has been scheduled and whose completion is not yet in the inbox. */
export type ActivityRow = z.infer<typeof activityRowSchema>;

/** A timer that has not fired. */
export interface TimerRow {
  fireAtMs: number;
  instanceId: string;
  executionId: string;
  timerId: number;
}

/** An instance that has ended, and when. */
export interface EndedInstance {
  endedAtMs: number;
  instanceId: string;
}
