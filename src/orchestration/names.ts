/** All names that Durable Functions stores, and every instance id; renaming one strands what is running. */
import type { OrderChange } from "../domain/order-change.ts";

export const ORCHESTRATION = {
  notifyOrderChange: "notifyOrderChange",
  notifyAudiencePage: "notifyAudiencePage",
} as const;

export const ACTIVITY = {
  claimChange: "claimChange",
  loadAudience: "loadAudience",
  deliverBatch: "deliverBatch",
} as const;

/** One orchestration per change: both routes come to the same id (47 characters; every backend takes up to 100). */
export function toInstanceId(change: Pick<OrderChange, "orderId" | "changeHash">): string {
  return `order-${change.orderId}-${change.changeHash}`;
}

/** The sub-orchestration of the n-th page of the audience (the first page is the parent's own). */
export function toPageInstanceId(rootInstanceId: string, page: number): string {
  return `${rootInstanceId}:p${page}`;
}
