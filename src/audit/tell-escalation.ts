/** The timeline of an escalation: who waits for whom, how long, and which groups were told meanwhile. */
import { toTargetKey } from "../domain/audience.ts";
import type { TimelineEntry } from "../domain/audit.ts";
import {
  addMinutes,
  escalationInputSchema,
  escalationOutcomeSchema,
  type EscalationRequest,
  RECEIVED_EVENT,
  toEarliestEscalations,
  toEscalationRecipient,
} from "../domain/escalation.ts";
import { findOpenTimers } from "./recorded-calls.ts";
import type { RecordedEvent, RecordedOrchestration } from "./recorded-orchestration.ts";
import { toDeliveries } from "./recorded-deliveries.ts";
import { tellBatches, toPeopleWords } from "./tell-calls.ts";
import { tellQuarantine } from "./tell-failed-batch.ts";
import { tellRecipient } from "./tell-recipients.ts";
import { tellReceipts } from "./tell-since.ts";
import { type Material, NO_STORY, type Story } from "./timeline-material.ts";
import { toCountWords, toInstant, toListWords, toTimeWords } from "./timeline-words.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

/** Tells of `escalateNotification`. */
export function tellEscalation(material: Material): Story {
  const { record } = material;
  const o = { instanceId: record.instanceId, what: "the input" };
  const input = parseRecorded(escalationInputSchema, record.input, o);
  if ("receivedAt" in input) {
    const text = `Somebody received the notification at ${toTimeWords(input.receivedAt)}, before the wait for a receipt had begun; so it never begins.`;
    const entry: TimelineEntry = { at: input.receivedAt, kind: "receipt", text };
    return {
      ...NO_STORY,
      notificationId: record.instanceId.replace(/^escalate-/, ""),
      summary: "No group had to be told.",
      entries: [entry],
    };
  }
  return tellWait(material, input);
}

function tellWait(material: Material, request: EscalationRequest): Story {
  const { record, calls, since } = material;
  const { instanceId } = record;
  const { announcement, rootInstanceId } = request;
  const wishes = toEarliestEscalations(request.escalations);
  const deliveries = toDeliveries({ instanceId, calls });
  const told = wishes.flatMap((wish) => {
    const recipient = toEscalationRecipient(announcement, wish);
    const delivery = deliveries.get(toTargetKey(recipient.target))?.delivery;
    // A group whose time never came was not to be told.
    if (delivery === undefined) return [];
    return [tellRecipient({ recipient, delivery, rows: [], change: undefined, since })];
  });
  const times = new Set(
    wishes.map(({ afterMinutes }) => addMinutes(announcement.createdAt, afterMinutes).toISOString()),
  );
  const plan = wishes.map(
    ({ group, afterMinutes }) =>
      `the group ${group} at ${toTimeWords(addMinutes(announcement.createdAt, afterMinutes).toISOString())}`,
  );
  const source: TimelineEntry = {
    at: toInstant(record.createdTime),
    kind: "source",
    text: `While nobody has received the notification about order ${announcement.orderId}, it is to tell ${toListWords(plan)}. Who was told at first stands in the orchestration ${rootInstanceId}.`,
    instanceId: rootInstanceId,
  };
  return {
    ...NO_STORY,
    orderId: announcement.orderId,
    notificationId: announcement.id,
    summary: `${toOutcomeWords(record)}${told.length} of ${toCountWords(wishes.length, "group")} had to be told.`,
    told,
    entries: [
      source,
      ...tellWaits(record.historyEvents ?? [], times),
      ...tellBatches({ instanceId, calls }, (targets) => `telling ${toPeopleWords(targets)}`),
      ...tellQuarantine(material),
      ...tellReceipts(since.receipts),
      ...tellOpenWaits(record),
    ],
  };
}

function toOutcomeWords({ output }: RecordedOrchestration): string {
  const ended = escalationOutcomeSchema.safeParse(output).data;
  if (ended === undefined) return "";
  return ended.outcome === "received"
    ? `Somebody received it at ${toTimeWords(ended.at)}; `
    : "Nobody received it in time; ";
}

/** The waits for a receipt; those before a further attempt are told with the attempts. */
function tellWaits(events: readonly RecordedEvent[], times: ReadonlySet<string | null>): TimelineEntry[] {
  let isReceived = false;
  return events.flatMap((event): TimelineEntry[] => {
    const at = toInstant(event.Timestamp);
    if (event.EventType === "EventRaised" && event.Name === RECEIVED_EVENT) {
      isReceived = true;
      return [{ at, kind: "receipt", text: "Somebody received the notification." }];
    }
    // One that fires in the very turn of the receipt, or after it, ended no wait.
    if (isReceived || event.EventType !== "TimerFired" || !times.has(toInstant(event.FireAt))) return [];
    const text = `Until ${toTimeWords(event.FireAt)} nobody had received it.`;
    return [{ at, kind: "wait", text }];
  });
}

function tellOpenWaits({ runtimeStatus, historyEvents }: RecordedOrchestration): TimelineEntry[] {
  if (runtimeStatus !== "Running") return [];
  return findOpenTimers(historyEvents ?? []).map((until) => {
    return { at: null, kind: "wait", text: `It waits until ${toTimeWords(until)}.` };
  });
}
