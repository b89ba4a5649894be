/**
 * The beginnings of a recorded history: what the status API would have answered after each of its events. It shows what
 * is scheduled and has not ended in its place, and moves it into the event of its end; so for each beginning those calls
 * are put back whose end comes later.
 */
import { isDeepStrictEqual } from "node:util";
import type { RecordedEvent, RecordedOrchestration } from "../../src/audit/recorded-orchestration.ts";

/** All true beginnings, shortest first; `records` are those of its tree, to find the ids of sub-orchestrations. */
export function findPrefixes(
  record: RecordedOrchestration,
  records: readonly RecordedOrchestration[],
): RecordedOrchestration[] {
  const events = (record.historyEvents ?? []).map((event, place) => ({
    event,
    place,
    atMs: Date.parse(event.Timestamp),
  }));
  const calls = events.flatMap(({ event, place: endsAt }) => {
    const call = toCall(event, records);
    if (call === undefined) return [];
    const atMs = Date.parse(call.Timestamp);
    // Behind the last event that came about before it.
    return [{ event: call, atMs, endsAt, place: events.findLastIndex((one) => one.atMs < atMs) + 0.5 }];
  });
  return events.slice(1).map((next) => {
    // Certainly made before `next` was read: each event of a recorded history has an instant of its own.
    const open = calls.filter(({ endsAt, atMs }) => endsAt >= next.place && atMs < next.atMs);
    const historyEvents = [...events.slice(0, next.place), ...open]
      .toSorted((a, b) => a.place - b.place)
      .map(({ event }) => event);
    return { ...record, runtimeStatus: "Running", output: null, customStatus: null, historyEvents };
  });
}

/** The event that said that a call was made, before the event of its end took its place. */
function toCall(end: RecordedEvent, records: readonly RecordedOrchestration[]): RecordedEvent | undefined {
  switch (end.EventType) {
    case "TaskCompleted":
    case "TaskFailed": {
      const { ScheduledTime: Timestamp, FunctionName: Name, Input } = end;
      return Timestamp == null || Name == null
        ? undefined
        : { EventType: "TaskScheduled", Timestamp, Name, Input };
    }
    case "SubOrchestrationInstanceCompleted":
    case "SubOrchestrationInstanceFailed": {
      const { ScheduledTime: Timestamp, FunctionName: Name, Input } = end;
      const input: unknown = JSON.parse(Input ?? "null");
      const child = records.find((one) => one.name === Name && isDeepStrictEqual(one.input, input));
      if (Timestamp == null || Name == null || child === undefined) return undefined;
      const { instanceId: InstanceId } = child;
      return { EventType: "SubOrchestrationInstanceCreated", Timestamp, Name, InstanceId, Input };
    }
    default:
      return undefined;
  }
}
