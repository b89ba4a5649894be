/**
 * Recipient → SignalR message. To the service a message without a user id or group is a broadcast to everyone
 * (and an empty id counts as missing), so no such message can be built here: not by type, and not at run time.
 */
import { z } from "zod";
import type { Announcement, Notification } from "../domain/notification.ts";
import type { Digest } from "../domain/digest.ts";
import type { Receipt } from "../domain/receipt.ts";
import type { Recipient } from "../domain/audience.ts";
import type { Target } from "../domain/subscription.ts";

/** The client methods that browsers listen to. */
export const CLIENT_METHODS = {
  /** One notification. */
  notification: "notification",
  /** One summary when quiet hours end. */
  digest: "digest",
  /** What another device of the same person said. */
  receipts: "receipts",
} as const;

const idSchema = z
  .string()
  .regex(/\S/, "must name someone: an empty id would reach everyone")
  // `/users/../:send` is `/:send` to every URL parser.
  .regex(/^(?!\.{1,2}$)/, "must name someone: dots alone would reach everyone");
const callSchema = { target: z.enum(CLIENT_METHODS), arguments: z.tuple([z.unknown()]) };
const messageSchema = z.union([
  z.strictObject({ userId: idSchema, ...callSchema }),
  z.strictObject({ groupName: idSchema, ...callSchema }),
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
  return messageSchema.parse({
    ...toAddress(target),
    target: CLIENT_METHODS.notification,
    arguments: [notification],
  });
}

/** The same message with its place in a trace, for the receipt to follow; unchanged without one. */
export function withTraceparent(message: SignalRMessage, traceparent: string | undefined): SignalRMessage {
  const [said] = message.arguments;
  if (traceparent === undefined || typeof said !== "object") return message;
  return { ...message, arguments: [{ ...said, traceparent }] };
}

/** Tells a person what came while they were not to be disturbed; throws a ZodError when `userId` names nobody. */
export function toDigestMessage(userId: string, digest: Digest): SignalRMessage {
  return messageSchema.parse({ userId, target: CLIENT_METHODS.digest, arguments: [digest] });
}

/** Tells a person's devices what one of them said; throws a ZodError when `userId` names nobody. */
export function toReceiptsMessage(userId: string, { ids, state }: Receipt): SignalRMessage {
  return messageSchema.parse({ userId, target: CLIENT_METHODS.receipts, arguments: [{ ids, state }] });
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
