/** Which of the waiting messages the next turn takes, and what kind of turn that makes. */
import { EventType, type HistoryEvent } from "./history-event.ts";
import type { InboxEntry, InstanceRow } from "./stored-rows.ts";

/** The messages of one turn. */
export interface MessageSelection {
  /** `run` invokes the orchestrator; the others end or halt the instance without it. */
  kind: "run" | "suspend" | "terminate";
  taken: InboxEntry[];
  /** Messages for an execution that is over; they are only removed. */
  stale: InboxEntry[];
}

/**
 * Takes everything there is, with two exceptions: a termination is the last thing an instance reads, and while an
 * instance is suspended its other messages stay in the inbox.
 */
export function selectMessages(row: InstanceRow, inbox: InboxEntry[]): MessageSelection {
  const isStale = ({ message }: InboxEntry) =>
    message.executionId !== null && message.executionId !== row.executionId;
  const stale = inbox.filter(isStale);
  const fresh = inbox.filter((entry) => !isStale(entry));

  const termination = fresh.findIndex((entry) => is(entry, EventType.ExecutionTerminated));
  if (termination >= 0) return { kind: "terminate", taken: fresh.slice(0, termination + 1), stale };

  const lastSwitch = fresh.findLast(isSwitch);
  const endsSuspended =
    lastSwitch === undefined
      ? row.runtimeStatus === "Suspended"
      : is(lastSwitch, EventType.ExecutionSuspended);
  if (!endsSuspended) return { kind: "run", taken: fresh, stale };

  const beforeSuspension = row.runtimeStatus === "Suspended" ? [] : fresh.slice(0, fresh.findIndex(isSwitch));
  if (beforeSuspension.length > 0) return { kind: "run", taken: beforeSuspension, stale };
  return { kind: "suspend", taken: fresh.filter(isSwitch), stale };
}

function isSwitch(entry: InboxEntry): boolean {
  return is(entry, EventType.ExecutionSuspended) || is(entry, EventType.ExecutionResumed);
}

function is(entry: InboxEntry, type: HistoryEvent["EventType"]): boolean {
  return entry.message.event.EventType === type;
}
