/** Notifications and tables for tests of the inbox. */
import type { Notification } from "../../src/domain/notification.ts";
import { toNotificationId } from "../../src/domain/notification-id.ts";
import { NO_PREFERENCES, type Preferences } from "../../src/domain/preferences.ts";
import type { Target } from "../../src/domain/subscription.ts";
import { openGroupsTable } from "../../src/storage/groups-table.ts";
import { openInboxTable } from "../../src/storage/inbox-table.ts";

/** The n-th notification; a higher number is newer. */
export function createNotification(number: number, o: Partial<Notification> = {}): Notification {
  const createdAt = new Date(Date.UTC(2026, 10, 22, 10, number)).toISOString();
  return {
    id: toNotificationId(createdAt, String(number).padStart(22, "0")),
    createdAt,
    title: `Order ${number} changed`,
    body: "",
    orderId: "801000000000001AAA",
    transition: "changed",
    link: null,
    priority: "normal",
    reasons: [{ scope: "all" }],
    ...o,
  };
}

/** Notifications from the `first` to the `last`, oldest first. */
export function createNotifications(first: number, last: number): Notification[] {
  return Array.from({ length: last - first + 1 }, (_, index) => createNotification(first + index));
}

/** Someone as a target. */
export function toUserTarget(userId: string): Target {
  return { kind: "user", userId };
}

/** The tables behind `storage`, with preferences that a test sets itself. */
export function openInboxTables(storage: string) {
  const inbox = openInboxTable(storage);
  const wishes = new Map<string, Preferences>();
  return {
    inbox,
    groups: openGroupsTable(storage),
    preferences: {
      async read(userId: string) {
        const preferences = wishes.get(userId);
        return preferences && { preferences };
      },
    },
    prefer(userId: string, preferences: Partial<Preferences>): void {
      wishes.set(userId, { ...NO_PREFERENCES, ...preferences });
    },
    store: (target: Target, ...notifications: Notification[]) =>
      inbox.store(
        notifications.map((notification) => ({ target, notification })),
        "order-1",
      ),
  };
}
