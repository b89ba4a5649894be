/** Recipients, announcements and letters for tests about failed deliveries. */
import type { Recipient } from "../../src/domain/audience.ts";
import type { DeliveryBatch } from "../../src/domain/delivery-batch.ts";
import type { Announcement } from "../../src/domain/notification.ts";
import type { NewDeadLetter } from "../../src/storage/dead-letter-row.ts";

/** A person who follows everything. */
export function createRecipient(userId: string): Recipient {
  return { target: { kind: "user", userId }, priority: "normal", reasons: [{ scope: "all" }] };
}

/** What is told about the n-th order; higher numbers are later. */
export function createAnnouncement(n = 1): Announcement {
  const createdAt = new Date(Date.parse("2026-11-22T10:00:00.000Z") + n * 1_000).toISOString();
  return {
    id: `${9_999_999_999_999 - Date.parse(createdAt)}-${"a".repeat(22)}`,
    createdAt,
    title: `Order ${n} was created`,
    body: "",
    orderId: `801${String(Math.abs(n)).padStart(12, "0")}AAA`,
    transition: "created",
    link: null,
  };
}

/** A batch about the first order. */
export function createBatch(...userIds: string[]): DeliveryBatch {
  return {
    instanceId: "order-1",
    announcement: createAnnouncement(),
    recipients: userIds.map(createRecipient),
  };
}

/** A letter about the n-th order that one person did not get. */
export function createLetter(userId: string, n = 1): NewDeadLetter {
  return {
    instanceId: `order-${n}`,
    announcement: createAnnouncement(n),
    recipient: createRecipient(userId),
    cause: "SignalR answered 400",
    attempts: 5,
    isStored: true,
  };
}
