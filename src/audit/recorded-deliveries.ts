/** What became of each recipient, read from the recorded calls: later calls say more than earlier ones. */
import { type Recipient, toTargetKey } from "../domain/audience.ts";
import { failedBatchSchema, quarantineReportSchema, quarantineRequestSchema } from "../domain/dead-letter.ts";
import { type DeliveryBatch, deliveryBatchSchema } from "../domain/delivery-batch.ts";
import { splitReportSchema } from "../domain/manifest.ts";
import { ACTIVITY, ORCHESTRATION } from "../orchestration/names.ts";
import { findLastCause, findResult, type RecordedCall } from "./recorded-calls.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

/** `handedOver`: a batch with this recipient went through as a whole. */
export type Delivery =
  | { outcome: "handedOver" }
  | { outcome: "quarantined"; cause: string; isStored: boolean | undefined }
  | { outcome: "failed"; cause: string }
  | { outcome: "underWay" };

/** By target key; the recipient is the one that stands in the recorded call. */
export type Deliveries = ReadonlyMap<string, { recipient: Recipient; delivery: Delivery }>;

/** Where the calls were recorded, for errors. */
export type Recorded = { instanceId: string; calls: readonly RecordedCall[] };

/** Reads every call that delivers or gives up. */
export function toDeliveries({ instanceId, calls }: Recorded): Deliveries {
  const found = new Map<string, { recipient: Recipient; delivery: Delivery }>();
  const note = (recipient: Recipient, delivery: Delivery) =>
    found.set(toTargetKey(recipient.target), { recipient, delivery });
  for (const call of calls) {
    if (call.input === undefined) continue;
    if (call.name === ACTIVITY.deliverBatch) {
      const { recipients } = readBatch(instanceId, call);
      for (const recipient of recipients) note(recipient, toDelivery(call));
    } else if (call.name === ACTIVITY.quarantineRecipients) {
      noteQuarantine(instanceId, call, note);
    } else if (call.name === ORCHESTRATION.deliverFailedBatch) {
      noteSplit(instanceId, call, note);
    }
  }
  return found;
}

/** The input of a recorded `deliverBatch`. */
export function readBatch(instanceId: string, call: RecordedCall): DeliveryBatch {
  return parseRecorded(deliveryBatchSchema, call.input, { instanceId, what: "the input of a batch" });
}

type Note = (recipient: Recipient, delivery: Delivery) => void;

function toDelivery(call: RecordedCall): Delivery {
  if (findResult(call)) return { outcome: "handedOver" };
  const cause = findLastCause(call);
  return cause === undefined ? { outcome: "underWay" } : { outcome: "failed", cause };
}

function noteQuarantine(instanceId: string, call: RecordedCall, note: Note): void {
  const { failed } = parseRecorded(quarantineRequestSchema, call.input, {
    instanceId,
    what: "the input of a quarantine",
  });
  const result = findResult(call);
  const report =
    result &&
    parseRecorded(quarantineReportSchema, result.result, { instanceId, what: "the result of a quarantine" });
  for (const [index, { recipient, cause }] of failed.entries()) {
    note(
      recipient,
      report
        ? { outcome: "quarantined", cause, isStored: report.areStored[index] }
        : { outcome: "failed", cause },
    );
  }
}

function noteSplit(instanceId: string, call: RecordedCall, note: Note): void {
  const { batch, cause } = parseRecorded(failedBatchSchema, call.input, {
    instanceId,
    what: "the input of a batch that failed",
  });
  const found = findResult(call);
  const report =
    found &&
    parseRecorded(splitReportSchema, found.result, {
      instanceId,
      what: "the outcome of a batch that failed",
    });
  const failure = findLastCause(call);
  for (const recipient of batch.recipients) {
    const key = toTargetKey(recipient.target);
    const bad = report?.quarantined.find(({ target }) => toTargetKey(target) === key);
    if (bad)
      note(recipient, {
        outcome: "quarantined",
        cause: report?.causes.join("; ") || cause,
        isStored: bad.isStored,
      });
    else if (report) note(recipient, { outcome: "handedOver" });
    else
      note(
        recipient,
        failure === undefined ? { outcome: "underWay" } : { outcome: "failed", cause: failure },
      );
  }
}
