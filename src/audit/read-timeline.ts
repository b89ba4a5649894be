/** Reads the timeline of one orchestration: its record, and what became known since. */
import type { Timeline } from "../domain/audit.ts";
import { toEscalationInstanceId } from "../orchestration/names.ts";
import { toTargetKey } from "../domain/audience.ts";
import type { InboxReceipts } from "../storage/inbox-receipts.ts";
import type { NotificationLetters } from "../storage/notification-letters.ts";
import type { OrdersTable } from "../storage/orders-table.ts";
import {
  parseRecordedOrchestration,
  type RecordedOrchestration,
  type RecordReader,
} from "./recorded-orchestration.ts";
import { toTimeline } from "./timeline.ts";
import { NOTHING_SINCE, type Since } from "./timeline-material.ts";

export interface ReadTimelineDeps {
  inboxReceipts: InboxReceipts;
  notificationLetters: NotificationLetters;
  orders: Pick<OrdersTable, "readChange">;
}

/** As many as one page of an audience has people. */
const MOST_LETTERS = 1_000;

/** Undefined when there is no such orchestration; throws UnreadableRecordError when its record makes no sense. */
export async function readTimeline(
  deps: ReadTimelineDeps,
  reader: RecordReader,
  instanceId: string,
): Promise<Timeline | undefined> {
  const found = await reader.read(instanceId);
  if (found === undefined) return undefined;
  const record = parseRecordedOrchestration(found.record, instanceId);
  // Told from the record alone, it says of whom and of what to ask further.
  const alone = toTimeline(record, found.source);
  return toTimeline(record, found.source, await readSince(deps, reader, alone));
}

async function readSince(
  deps: ReadTimelineDeps,
  reader: RecordReader,
  { change, notificationId, told, entries }: Timeline,
): Promise<Since> {
  const row = change ? await deps.orders.readChange(change) : undefined;
  const recordedAt = row?.recordedAt;
  if (notificationId === null) return { ...NOTHING_SINCE, recordedAt };
  const people = told.flatMap(({ target }) => (target.kind === "user" ? [target.userId] : []));
  const targets = new Set(told.map(({ target }) => toTargetKey(target)));
  const hasEscalation = entries.some(({ kind }) => kind === "escalation");
  const [receipts, letters, escalation] = await Promise.all([
    deps.inboxReceipts.read(people, notificationId),
    targets.size === 0 ? [] : deps.notificationLetters.list(notificationId, MOST_LETTERS),
    hasEscalation ? readEscalation(reader, toEscalationInstanceId(notificationId)) : undefined,
  ]);
  return {
    receipts,
    letters: letters.filter(({ recipient }) => targets.has(toTargetKey(recipient.target))),
    escalation,
    recordedAt,
  };
}

async function readEscalation(
  reader: RecordReader,
  instanceId: string,
): Promise<RecordedOrchestration | undefined> {
  const found = await reader.read(instanceId);
  return found && parseRecordedOrchestration(found.record, instanceId);
}
