/**
 * Recipient → SignalR message. To the service a message without a user id or group is a broadcast to everyone
 * (and an empty id counts as missing), so no such message can be built here: not by type, and not at run time.
 */
import { z } from "zod";
import type { Announcement, Notification } from "../domain/notification.ts";
import type { Recipient } from "../domain/audience.ts";
import type { Target } from "../domain/subscription.ts";

/** The client method that browsers listen to. */
export const CLIENT_METHOD = "notification";

const idSchema = z.string().regex(/\S/, "must name someone: an empty id would reach everyone");
const messageSchema = z.union([
  z.strictObject({ userId: idSchema, target: z.literal(CLIENT_METHOD), arguments: z.tuple([z.unknown()]) }),
  z.strictObject({
    groupName: idSchema,
    target: z.literal(CLIENT_METHOD),
    arguments: z.tuple([z.unknown()]),
  }),
]);
const groupActionSchema = z.strictObject({
  action: z.enum(["add", "remove"]),
  userId: idSchema,
  groupName: idSchema,
});

export type SignalRMessage = z.infer<typeof messageSchema>;
export type SignalRGroupAction = z.infer<typeof groupActionSchema>;

/** What one recipient is told: the announcement with their own reasons. */
export function toNotification(announcement: Announcement, { priority, reasons }: Recipient): Notification {
  return { ...announcement, priority, reasons };
}

/** Addresses a notification; throws a ZodError when the target names nobody. */
export function toSignalRMessage(target: Target, notification: Notification): SignalRMessage {
  return messageSchema.parse({ ...toAddress(target), target: CLIENT_METHOD, arguments: [notification] });
}

/** Mirrors a membership to the service; throws a ZodError when user or group is empty. */
export function toGroupAction(action: "add" | "remove", group: string, userId: string): SignalRGroupAction {
  return groupActionSchema.parse({ action, userId, groupName: group });
}

function toAddress(target: Target): { userId: string } | { groupName: string } {
  switch (target.kind) {
    case "user":
      return { userId: target.userId };
    case "group":
      return { groupName: target.group };
  }
}
