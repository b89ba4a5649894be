/** The timeline of a batch that failed: tried apart, until only those stand alone who cannot be reached. */
import { toTargetKey } from "../domain/audience.ts";
import type { TimelineEntry } from "../domain/audit.ts";
import { failedBatchSchema, quarantineRequestSchema } from "../domain/dead-letter.ts";
import { ACTIVITY } from "../orchestration/names.ts";
import { toDeliveries } from "./recorded-deliveries.ts";
import { findCall, tellBatches, tellCall, toPeopleWords } from "./tell-calls.ts";
import { tellRecipient } from "./tell-recipients.ts";
import { tellReceipts, tellRedrives } from "./tell-since.ts";
import { type Material, NO_STORY, type Story } from "./timeline-material.ts";
import { toCauseWords, toCountWords, toInstant } from "./timeline-words.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

/** Tells of `deliverFailedBatch`. */
export function tellFailedBatch(material: Material): Story {
  const { record, calls, since } = material;
  const { instanceId } = record;
  const o = { instanceId, what: "the input" };
  const { batch, cause, attempts } = parseRecorded(failedBatchSchema, record.input, o);
  const { announcement, recipients } = batch;
  const deliveries = toDeliveries({ instanceId, calls });
  const told = recipients.map((recipient) => {
    const delivery = deliveries.get(toTargetKey(recipient.target))?.delivery;
    return tellRecipient({ recipient, delivery, rows: [], change: undefined, since });
  });
  const people = toCountWords(recipients.length, "recipient");
  const source: TimelineEntry = {
    at: toInstant(record.createdTime),
    kind: "source",
    text: `A batch of ${people} about order ${announcement.orderId} had failed ${toCountWords(attempts, "time")} (${toCauseWords(cause)}); here it is tried in smaller parts. Why they are told stands in the orchestration ${batch.instanceId}.`,
    instanceId: batch.instanceId,
  };
  const bad = told.filter(({ outcome }) => outcome === "quarantined" || outcome === "failed").length;
  return {
    ...NO_STORY,
    orderId: announcement.orderId,
    notificationId: announcement.id,
    summary: `Of ${people}, ${bad} could not be reached.`,
    told,
    entries: [
      source,
      ...tellBatches({ instanceId, calls }, (targets) => `sending to ${toPeopleWords(targets)}`),
      ...tellQuarantine(material),
      ...tellRedrives(since.letters),
      ...tellReceipts(since.receipts),
    ],
  };
}

/** The quarantine of whom no attempt reached. */
export function tellQuarantine({ record, calls }: Material): TimelineEntry[] {
  const { call } = findCall(calls, ACTIVITY.quarantineRecipients);
  if (call?.input === undefined) return [];
  const o = { instanceId: record.instanceId, what: "the input of a quarantine" };
  const { failed } = parseRecorded(quarantineRequestSchema, call.input, o);
  const names = failed.map(
    ({ recipient, cause, attempts }) =>
      `${toPeopleWords([recipient.target])} after ${toCountWords(attempts, "attempt")} (${toCauseWords(cause)})`,
  );
  return tellCall(call, {
    what: `quarantine of ${names.join("; ")}`,
    kind: "failure",
    done: () => "kept as dead letters, for an administrator to send again",
  });
}
