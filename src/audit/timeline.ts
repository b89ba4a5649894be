/** One recorded orchestration in words that a non-programmer reads: a pure function of what is recorded. */
import type { RecordSource, Timeline, TimelineEntry } from "../domain/audit.ts";
import { ORCHESTRATION } from "../orchestration/names.ts";
import { findOpenTimers, toRecordedCalls } from "./recorded-calls.ts";
import type { RecordedOrchestration } from "./recorded-orchestration.ts";
import { tellMirrorGroups, tellReceiptsEcho } from "./tell-devices.ts";
import { tellDigests } from "./tell-digests.ts";
import { tellEscalation } from "./tell-escalation.ts";
import { tellFailedBatch } from "./tell-failed-batch.ts";
import { tellAudiencePage, tellOrderChange } from "./tell-order-change.ts";
import { tellRedrive } from "./tell-redrive.ts";
import {
  findEnd,
  hasEnded,
  type Material,
  NOTHING_SINCE,
  type Since,
  type Story,
} from "./timeline-material.ts";
import { toCauseWords, toInstant, toTimeWords } from "./timeline-words.ts";
import { UnreadableRecordError } from "./unreadable-record-error.ts";

const TELLERS: Readonly<Record<keyof typeof ORCHESTRATION, (material: Material) => Story>> = {
  notifyOrderChange: tellOrderChange,
  notifyAudiencePage: tellAudiencePage,
  deliverFailedBatch: tellFailedBatch,
  escalateNotification: tellEscalation,
  sendDigests: tellDigests,
  echoReceipts: tellReceiptsEcho,
  mirrorGroups: tellMirrorGroups,
  redriveDeadLetters: tellRedrive,
};

/** Tells of an orchestration of any kind; throws UnreadableRecordError when its record cannot be understood. */
export function toTimeline(
  record: RecordedOrchestration,
  source: RecordSource,
  since: Since = NOTHING_SINCE,
): Timeline {
  const { instanceId, name, runtimeStatus } = record;
  if (!isKnown(name)) {
    throw new UnreadableRecordError(instanceId, `there is no orchestration of the name "${name}"`);
  }
  const events = record.historyEvents ?? [];
  const story = TELLERS[name]({ record, source, calls: toRecordedCalls(events), since });
  const isOver = hasEnded(record);
  const endedAt = findEnd(record);
  const ending = toEnding(record);
  return {
    instanceId,
    name,
    source,
    status: runtimeStatus,
    startedAt: toInstant(events[0]?.Timestamp ?? record.createdTime),
    endedAt,
    orderId: story.orderId,
    notificationId: story.notificationId,
    headline: runtimeStatus === "Completed" ? story.summary : `${ending} ${story.summary}`,
    change: story.change,
    transition: story.transition,
    transitionText: story.transitionText,
    entries: sortByTime([
      ...story.entries,
      ...(isOver || name === ORCHESTRATION.escalateNotification ? [] : tellRetryWaits(record)),
      ...(isOver ? [{ at: endedAt, kind: "end" as const, text: ending }] : []),
    ]),
    told: story.told,
    notTold: story.notTold,
  };
}

function isKnown(name: string): name is keyof typeof ORCHESTRATION {
  return Object.hasOwn(ORCHESTRATION, name);
}

function toEnding({ runtimeStatus, output }: RecordedOrchestration): string {
  switch (runtimeStatus) {
    case "Completed":
      return "It ran to its end.";
    case "Failed":
      return `It failed: ${toCauseWords(toText(output))}.`;
    case "Terminated":
      return `Somebody with access to the platform ended it before its time: ${toCauseWords(toText(output))}.`;
    case "Suspended":
      return "It was halted, and goes on when somebody resumes it.";
    case "Pending":
      return "It has not begun yet.";
    case "Running":
      return "It is still under way.";
    default:
      return `Its status is ${runtimeStatus.toLowerCase()}.`;
  }
}

function toText(output: unknown): string {
  return typeof output === "string" ? output : (JSON.stringify(output) ?? "");
}

/** Of a running orchestration that is no escalation: the wait before a further attempt. */
function tellRetryWaits({ historyEvents }: RecordedOrchestration): TimelineEntry[] {
  return findOpenTimers(historyEvents ?? []).map((until) => {
    return { at: null, kind: "wait", text: `It waits until ${toTimeWords(until)} and tries again.` };
  });
}

/** By time; a line without one stays behind the line before it. */
function sortByTime(entries: readonly TimelineEntry[]): TimelineEntry[] {
  let last = "";
  const timed = entries.map((entry) => {
    last = entry.at ?? last;
    return { entry, time: last };
  });
  return timed.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).map(({ entry }) => entry);
}
