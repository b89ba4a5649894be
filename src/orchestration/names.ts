/** All names that Durable Functions stores, and every instance id; renaming one strands what is running. */
import type { OrderChange } from "../domain/order-change.ts";

export const ORCHESTRATION = {
  notifyOrderChange: "notifyOrderChange",
  notifyAudiencePage: "notifyAudiencePage",
  deliverFailedBatch: "deliverFailedBatch",
  escalateNotification: "escalateNotification",
  sendDigests: "sendDigests",
  echoReceipts: "echoReceipts",
  mirrorGroups: "mirrorGroups",
  redriveDeadLetters: "redriveDeadLetters",
} as const;

export const ACTIVITY = {
  claimChange: "claimChange",
  loadAudience: "loadAudience",
  deliverBatch: "deliverBatch",
  quarantineRecipients: "quarantineRecipients",
  startEscalation: "startEscalation",
  loadDigests: "loadDigests",
  pushDigests: "pushDigests",
  forgetDigests: "forgetDigests",
  pushReceipts: "pushReceipts",
  pushGroups: "pushGroups",
  loadDeadLetters: "loadDeadLetters",
  recordRedrives: "recordRedrives",
} as const;

/** One orchestration per change: both routes come to the same id (47 characters; every backend takes up to 100). */
export function toInstanceId(change: Pick<OrderChange, "orderId" | "changeHash">): string {
  return `order-${change.orderId}-${change.changeHash}`;
}

/** The sub-orchestration of the n-th page of the audience (the first page is the parent's own). */
export function toPageInstanceId(rootInstanceId: string, page: number): string {
  return `${rootInstanceId}:p${page}`;
}

/** The sub-orchestration that finds out whom of a failed batch cannot be reached. */
export function toFailedBatchInstanceId(rootInstanceId: string, page: number, batch: number): string {
  return `${rootInstanceId}:p${page}b${batch}`;
}

/** The orchestration that waits for somebody to receive a notification. */
export function toEscalationInstanceId(notificationId: string): string {
  return `escalate-${notificationId}`;
}

/** The orchestration that sends the summaries of one minute, `2026-11-22T07:00` (ids take no colon there). */
export function toDigestsInstanceId(dueMinute: string): string {
  return `digests-${dueMinute.replace(":", "-")}`;
}

/** The orchestration that mirrors the groups of one person on one UTC day (`2026-11-22`). */
export function toMirrorInstanceId(userHash: string, day: string): string {
  return `groups-${userHash}-${day}`;
}
