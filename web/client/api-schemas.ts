/**
 * The shapes of what the API and the hub send.
 *
 * Taken from the domain, but looser where the domain may grow: a page left open over a deployment meets transitions and
 * reasons that are newer than itself, and must show them rather than fail.
 */
import "./parse-without-eval.ts";
import { z } from "zod";
import { inboxItemSchema, inboxPageSchema, notificationSchema } from "../../src/domain/notification.ts";
import { receiptStateSchema } from "../../src/domain/receipt.ts";

const looser = {
  transition: z.string(),
  reasons: z.array(z.object({ scope: z.string(), group: z.string().optional() })),
};

/** The one argument of the hub method `notification`. */
export const pushedNotificationSchema = notificationSchema.extend({
  ...looser,
  /** The trace that brought it, for the receipt to follow; nothing that is wrong with it keeps it from being shown. */
  traceparent: z.string().optional().catch(undefined),
});

/** An item of the inbox. */
export const itemSchema = inboxItemSchema.extend(looser);

/** The answer to `GET /api/notifications`. */
export const pageSchema = inboxPageSchema.extend({ items: z.array(itemSchema) });

/** The one argument of the hub method `digest`: how much was withheld in quiet hours, and since when. */
export const digestSchema = z.object({ count: z.int().nonnegative(), since: z.string() });

/** The one argument of the hub method `receipts`: what another device of the same person said. */
export const echoedReceiptSchema = z.object({ ids: z.array(z.string()), state: receiptStateSchema });

/** The answer to `POST /api/notifications/read-all`; `more`: some are left for another call. */
export const readAllSchema = z.object({ updated: z.int(), more: z.literal(true).optional() });

/** What the person wants to be spared, as `GET` and `PUT /api/preferences` tell it. */
export const preferencesSchema = z.object({
  quietHours: z.object({ timeZone: z.string(), from: z.string(), to: z.string() }).nullable(),
  mutedScopes: z.array(z.string()),
  mutedTransitions: z.array(z.string()),
});

/** What narrows a subscription; everything absent means "all of it". */
export const rulesSchema = z.object({
  transitions: z.array(z.string()).optional(),
  statuses: z.array(z.string()).optional(),
  minimumAmount: z.string().optional(),
  fieldEquals: z.record(z.string(), z.string()).optional(),
  priority: z.string().optional(),
  escalate: z.object({ afterMinutes: z.number(), group: z.string() }).optional(),
});

/** The answer to `GET /api/subscriptions`: what the person follows, and what they may follow. */
export const followedScopesSchema = z.object({
  items: z.array(rulesSchema.extend({ scope: z.string() })),
  grants: z.array(z.object({ scope: z.string(), label: z.string().nullable() })),
});

/** The answer of App Service to `GET /.auth/me`. */
export const principalsSchema = z.array(
  z.object({
    user_id: z.string().optional(),
    user_claims: z.array(z.object({ typ: z.string(), val: z.string() })).default([]),
  }),
);

/** The part of RFC 9457 problem details that people are shown. */
export const problemSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  /** What does not fit, each as `place: why`. */
  errors: z.array(z.string()).optional(),
});

export type PushedNotification = z.infer<typeof pushedNotificationSchema>;
export type InboxItem = z.infer<typeof itemSchema>;
export type ItemState = InboxItem["state"];
export type ReceiptState = Exclude<ItemState, "stored">;
export type Digest = z.infer<typeof digestSchema>;
export type Preferences = z.infer<typeof preferencesSchema>;
export type Rules = z.infer<typeof rulesSchema>;
export type InboxPage = z.infer<typeof pageSchema>;
export type FollowedScopes = z.infer<typeof followedScopesSchema>;
export type Reason = InboxItem["reasons"][number];
