/**
 * Which saves have been queued: the org commits a save, then tells the sender, which commits the notification. A kill in
 * between would lose it. So with each notification the mark of the saved version is stored, and at start the orders
 * whose mark is another one are those that were missed.
 */
import { createHash } from "node:crypto";
import type { MessageQueue } from "./message-queue.ts";
import type { MarkedOrder } from "./message-rows.ts";
import type { Org } from "./org.ts";
import { toOrgDateTime, type OrderRecord } from "./org-record.ts";

/** The marks of orders as they are now. */
export function markOrders(org: Org, ids: readonly string[]): MarkedOrder[] {
  return ids.map((orderId) => ({ orderId, mark: toMark(org.getOrder(orderId)) }));
}

/** The orders whose latest save was never queued, without those from before the queue existed. */
export function findMissedOrders(org: Org, queue: MessageQueue): MarkedOrder[] {
  const activated = toOrgDateTime(new Date(queue.totals.activatedAtMs));
  return org.listOrders().flatMap((order) => {
    const mark = toMark(order);
    const queued = queue.readMark(order.Id);
    if (queued === mark) return [];
    if (queued === undefined && String(order["SystemModstamp"]) < activated) return [];
    return [{ orderId: order.Id, mark }];
  });
}

/** Tells versions apart that were saved in the same second, too. */
function toMark(order: OrderRecord | undefined): string {
  return createHash("sha256")
    .update(JSON.stringify(order ?? null))
    .digest("base64url");
}
