/** What is said about a change, the same object in SignalR, in the inbox and in the API. */
import { z } from "zod";
import { reasonSchema } from "./audience.ts";
import { instantSchema, type OrderChange, salesforceIdSchema } from "./order-change.ts";
import { notificationIdSchema, toNotificationId } from "./notification-id.ts";
import { receiptStateSchema } from "./receipt.ts";
import { prioritySchema } from "./subscription.ts";
import { traceparentSchema } from "./traced.ts";
import { type FieldChange, type News, transitionKindSchema } from "./transition.ts";

/** What is the same for every recipient of one change. */
export const announcementSchema = z.object({
  id: notificationIdSchema,
  createdAt: instantSchema,
  title: z.string(),
  body: z.string(),
  orderId: salesforceIdSchema,
  transition: transitionKindSchema,
  link: z.string().nullable(),
});

/** What one recipient is sent; `reasons` tells them why. */
export const notificationSchema = announcementSchema.extend({
  priority: prioritySchema,
  reasons: z.array(reasonSchema),
});

/** The same as it is pushed: with its place in a trace, when there is one, for the receipt to follow. */
export const pushedNotificationSchema = notificationSchema.extend({
  traceparent: traceparentSchema.exactOptional(),
});

/** A notification in someone's inbox; `stored` until the client says more. */
export const inboxItemSchema = notificationSchema.extend({
  state: z.enum(["stored", ...receiptStateSchema.options]),
});

/**
 * The answer to `GET /api/notifications`: newest first; `nextSince` is the cursor for the next call. `unseen` and `unread`
 * count over the person's newest 1,000 rows (their own and those of their groups together); `isCountCapped` is there when
 * older rows were left uncounted.
 */
export const inboxPageSchema = z.object({
  items: z.array(inboxItemSchema),
  nextSince: instantSchema,
  unseen: z.int().nonnegative(),
  unread: z.int().nonnegative(),
  isCountCapped: z.literal(true).optional(),
});

export type Announcement = z.infer<typeof announcementSchema>;
export type Notification = z.infer<typeof notificationSchema>;
export type InboxItem = z.infer<typeof inboxItemSchema>;
export type InboxPage = z.infer<typeof inboxPageSchema>;

/** Ids of what was created at `atMs` (since 1970, UTC) or before are greater than this; those of later ones are less. */
export function toIdBound(atMs: number): string {
  return toNotificationId(new Date(atMs).toISOString(), "");
}

/** Words the news. */
export function composeAnnouncement(o: {
  change: OrderChange;
  news: News;
  decidedAt: string;
  link: string | null;
}): Announcement {
  const { change, news, decidedAt, link } = o;
  const [transition = "changed"] = news.kinds;
  const name = `Order ${change.otherFields["OrderNumber"] ?? change.orderId}`;
  return {
    id: toNotificationId(decidedAt, change.changeHash),
    createdAt: decidedAt,
    title: toTitle(name, transition, change.coreFields["Status"] ?? "unknown"),
    body: toBody(change, news),
    orderId: change.orderId,
    transition,
    link,
  };
}

function toTitle(name: string, transition: News["kinds"][number], status: string): string {
  switch (transition) {
    case "created":
      return `${name} was created`;
    case "activated":
      return `${name} was activated`;
    case "statusChanged":
      return `${name} is now ${status}`;
    case "amountChanged":
      return `${name} has a new amount`;
    case "ownerChanged":
      return `${name} has a new owner`;
    case "deleted":
      return `${name} was deleted`;
    case "changed":
      return `${name} has changed`;
  }
}

/** Fields whose values mean something to a reader; of the others only the fact that they changed is told. */
const READABLE_FIELDS: ReadonlyMap<string, string> = new Map([
  ["Status", "Status"],
  ["TotalAmount", "Amount"],
]);

function toBody(change: OrderChange, news: News): string {
  const parts = news.changes.length > 0 ? news.changes.flatMap(toChangeText) : toStateTexts(change);
  return parts.join(" · ");
}

function toChangeText({ field, from, to }: FieldChange): string[] {
  const label = READABLE_FIELDS.get(field);
  if (label !== undefined) return [`${label}: ${from ?? "none"} → ${to ?? "none"}`];
  // The title says that an order was deleted; that it is back is said here.
  if (field === "IsDeleted") return to === null ? ["Restored"] : [];
  // StatusCode moves with Status and would say the same again.
  return field === "StatusCode" ? [] : [`${field.replace(/Id$/, "")} changed`];
}

function toStateTexts(change: OrderChange): string[] {
  return [...READABLE_FIELDS].flatMap(([field, label]) => {
    const value = change.coreFields[field];
    return value ? [`${label}: ${value}`] : [];
  });
}
