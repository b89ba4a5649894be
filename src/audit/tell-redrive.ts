/** The timeline of dead letters that were sent again: who asked, which letters, what came of each. */
import type { z } from "zod";
import { toTargetKey } from "../domain/audience.ts";
import type { TimelineEntry } from "../domain/audit.ts";
import { openLettersSchema, redriveInputSchema, redriveRecordSchema } from "../domain/dead-letter.ts";
import { ACTIVITY } from "../orchestration/names.ts";
import { type Delivery, readBatch, toDeliveries } from "./recorded-deliveries.ts";
import { findCall, tellBatches, tellCall, toPeopleWords } from "./tell-calls.ts";
import { tellRecipient } from "./tell-recipients.ts";
import { type Material, NO_STORY, type Story } from "./timeline-material.ts";
import { toCountWords, toInstant, toTargetWords } from "./timeline-words.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

/** Tells of `redriveDeadLetters`. */
export function tellRedrive({ record, calls, since }: Material): Story {
  const { instanceId } = record;
  const { ids, redrivenBy } = parseRecorded(redriveInputSchema, record.input, {
    instanceId,
    what: "the input",
  });
  const source: TimelineEntry = {
    at: toInstant(record.createdTime),
    kind: "source",
    text: `${redrivenBy} asked for ${toCountWords(ids.length, "dead letter")} to be sent again.`,
  };
  const { call, found } = findCall(calls, ACTIVITY.loadDeadLetters);
  const load = call
    ? tellCall(call, {
        what: "reading the letters",
        kind: "redrive",
        done: (result) => {
          const { letters } = parseLetters(instanceId, result);
          return `${letters.length} still waited, ${ids.length - letters.length} had been sent already, are gone or are in other hands`;
        },
      })
    : [];
  if (!found) return { ...NO_STORY, summary: "The letters were not read.", entries: [source, ...load] };
  const { letters } = parseLetters(instanceId, found.result);
  const told = letters.map((letter) => {
    const delivery = toLetterDelivery(findDelivery({ instanceId, calls }, letter));
    return tellRecipient({ recipient: letter.recipient, delivery, rows: [], change: undefined, since });
  });
  const orders = new Set(letters.map(({ announcement }) => announcement.orderId));
  const notifications = new Set(letters.map(({ announcement }) => announcement.id));
  const failed = told.filter(({ outcome }) => outcome === "quarantined").length;
  const open = told.filter(({ outcome }) => outcome === "unknown").length;
  return {
    ...NO_STORY,
    // Only when all letters are about the same can the whole be said to be about it.
    orderId: orders.size === 1 ? ([...orders][0] ?? null) : null,
    notificationId: notifications.size === 1 ? ([...notifications][0] ?? null) : null,
    summary: `${told.length - failed - open} sent again, ${failed} failed again${open > 0 ? `, of ${open} it is not recorded` : ""}.`,
    told,
    entries: [
      source,
      ...load,
      ...letters.map(({ recipient, announcement, instanceId: root }): TimelineEntry => {
        const text = `A letter for ${toTargetWords(recipient.target)} about order ${announcement.orderId} goes out again.`;
        return { at: null, kind: "redrive", text, instanceId: root };
      }),
      ...tellBatches({ instanceId, calls }, (targets) => `sending to ${toPeopleWords(targets)}`),
      ...tellResults({ instanceId, calls }),
    ],
  };
}

/** Letters may be for one person about several notifications: only the batches about this one speak of it. */
function findDelivery(
  { instanceId, calls }: Pick<Material, "calls"> & { instanceId: string },
  { recipient, announcement, instanceId: rootId }: z.infer<typeof openLettersSchema>["letters"][number],
): Delivery | undefined {
  const about = calls.filter((call) => {
    if (call.name !== ACTIVITY.deliverBatch || call.input === undefined) return false;
    const batch = readBatch(instanceId, call);
    return batch.announcement.id === announcement.id && batch.instanceId === rootId;
  });
  return toDeliveries({ instanceId, calls: about }).get(toTargetKey(recipient.target))?.delivery;
}

/** A letter that fails again stays a letter. */
function toLetterDelivery(delivery: Delivery | undefined): Delivery | undefined {
  if (delivery?.outcome !== "failed") return delivery;
  return { outcome: "quarantined", cause: delivery.cause, isStored: undefined };
}

function parseLetters(instanceId: string, result: unknown) {
  return parseRecorded(openLettersSchema, result, { instanceId, what: "the letters" });
}

function tellResults({
  instanceId,
  calls,
}: Pick<Material, "calls"> & { instanceId: string }): TimelineEntry[] {
  const { call } = findCall(calls, ACTIVITY.recordRedrives);
  if (call?.input === undefined) return [];
  const o = { instanceId, what: "the results" };
  const { results } = parseRecorded(redriveRecordSchema, call.input, o);
  const failed = results.filter(({ result }) => result === "failed").length;
  return tellCall(call, {
    what: "writing the results to the letters",
    kind: "redrive",
    done: () => `${results.length - failed} went through, ${failed} failed`,
  });
}
