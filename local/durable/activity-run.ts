/** Runs one activity and turns its end into the message that the orchestration reads. */
import type { DurableFunctions } from "./durable-functions.ts";
import { EventType } from "./history-event.ts";
import type { ActivityRow, Message } from "./stored-rows.ts";
import { toJsonText } from "./orchestration-turn.ts";

/** Runs the activity; its failure is a message too, so this rejects only when the engine itself is at fault. */
export async function runPendingActivity(
  activity: ActivityRow,
  host: { functions: DurableFunctions; log(level: "warn", message: string): void },
): Promise<Message> {
  const { executionId, taskId, name, instanceId, input } = activity;
  const end = { EventId: -1, TaskScheduledId: taskId };
  try {
    if (!host.functions.has("activity", name)) throw new Error(`Activity function '${name}' does not exist.`);
    const result = toJsonText(await host.functions.runActivity(name, instanceId, input));
    const Timestamp = new Date().toISOString();
    return {
      executionId,
      event: { EventType: EventType.TaskCompleted, ...end, Timestamp, Result: result },
    };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    host.log("warn", `${instanceId}: activity function '${name}' failed: ${message}`);
    const Timestamp = new Date().toISOString();
    const Reason = `Activity function '${name}' failed: ${message}`;
    return {
      executionId,
      event: {
        EventType: EventType.TaskFailed,
        ...end,
        Timestamp,
        Reason,
        Details: message,
        FailureDetails: null,
      },
    };
  }
}
