/** Which of the waiting messages the next turn takes, and what kind of turn that makes. */
import { EventType, type HistoryEvent } from "./history-event.ts";
import type { InboxEntry, InstanceRow } from "./stored-rows.ts";

/** The messages of one turn. */
export interface MessageSelection {
  /** `run` invokes the orchestrator; the others end or halt the instance without it. */
  kind: "run" | "suspend" | "terminate";
  taken: InboxEntry[];
}

/**
 * Takes everything there is, with two exceptions: a termination is the last thing an instance reads, and while an
 * instance is suspended its other messages stay in the inbox.
 */
export function selectMessages(row: InstanceRow, inbox: InboxEntry[]): MessageSelection {
  const termination = inbox.findIndex((entry) => is(entry, EventType.ExecutionTerminated));
  if (termination >= 0) return { kind: "terminate", taken: inbox.slice(0, termination + 1) };

  const lastSwitch = inbox.findLast(isSwitch);
  const endsSuspended =
    lastSwitch === undefined
      ? row.runtimeStatus === "Suspended"
      : is(lastSwitch, EventType.ExecutionSuspended);
  if (!endsSuspended) return { kind: "run", taken: inbox };

  const beforeSuspension = row.runtimeStatus === "Suspended" ? [] : inbox.slice(0, inbox.findIndex(isSwitch));
  if (beforeSuspension.length > 0) return { kind: "run", taken: beforeSuspension };
  return { kind: "suspend", taken: inbox.filter(isSwitch) };
}

function isSwitch(entry: InboxEntry): boolean {
  return is(entry, EventType.ExecutionSuspended) || is(entry, EventType.ExecutionResumed);
}

function is(entry: InboxEntry, type: HistoryEvent["EventType"]): boolean {
  return entry.message.event.EventType === type;
}
