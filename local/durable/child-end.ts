/** How a parent learns that its child has ended; a terminated child counts as failed (TaskOrchestrationDispatcher.cs). */
import { EventType, type HistoryEvent } from "./history-event.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { TurnNext } from "./orchestration-turn.ts";

/** Posts the end of a child to the parent that waits for it. Belongs inside a commit. */
export function postChildEnd(
  store: InstanceStore,
  parent: { instanceId: string; executionId: string; taskId: number },
  next: TurnNext,
  Timestamp: string,
): void {
  const event = toChildEndEvent(parent.taskId, next, Timestamp);
  if (event === null) return;
  store.postMessage(parent.instanceId, store.toEntry({ executionId: parent.executionId, event }));
}

function toChildEndEvent(TaskScheduledId: number, next: TurnNext, Timestamp: string): HistoryEvent | null {
  const common = { EventId: -1, Timestamp, TaskScheduledId };
  const failed = { EventType: EventType.SubOrchestrationInstanceFailed, ...common, FailureDetails: null };
  switch (next.kind) {
    case "completed":
      return { EventType: EventType.SubOrchestrationInstanceCompleted, ...common, Result: next.output };
    case "failed":
      return { ...failed, Reason: next.message, Details: next.details };
    case "terminated":
      return { ...failed, Reason: next.reason ?? "", Details: "The sub-orchestration was terminated." };
    case "waiting":
    case "suspended":
    case "continuedAsNew":
      return null;
  }
}
