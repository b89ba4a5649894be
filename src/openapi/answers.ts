/** Answers that the app puts together and never parses: their schemas, held to the types of what makes them. */
import { z } from "zod";
import { deadLetterSchema } from "../domain/dead-letter.ts";
import { notificationIdSchema } from "../domain/notification-id.ts";
import { grantSchema, scopeSchema, subscriptionRulesSchema } from "../domain/subscription.ts";
import type { ErasedUser } from "../usecases/erase-user.ts";
import type { RemovableCounts, RemovableOutcome } from "../usecases/import-lines.ts";
import type { RecordedReceipts } from "../usecases/record-receipts.ts";
import type { DeadLetterPage, RedriveDayAnswer } from "../usecases/redrive.ts";

const countSchema = z.int().nonnegative();

/** RFC 9457; `errors` names every place that does not fit. */
export const problemSchema = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(z.string()).optional(),
});

/** Where a SignalR client connects, and its token for exactly the person who asked. */
export const connectionSchema = z.object({ url: z.url(), accessToken: z.string() });

/** A subscription of the person who asks. */
export const ownSubscriptionSchema = subscriptionRulesSchema.safeExtend({ scope: scopeSchema });

/** What a person follows, and what they may follow. */
export const ownSubscriptionsSchema = z.object({
  items: z.array(ownSubscriptionSchema),
  grants: z.array(grantSchema),
});

/** How many notifications rose, and which ids are none of the person's. */
export const recordedReceiptsSchema: z.ZodType<Pick<RecordedReceipts, "updated" | "unknown">> = z.object({
  updated: countSchema,
  unknown: z.array(notificationIdSchema),
});

/** `more` asks to call again. */
export const readAllSchema = z.object({ updated: countSchema, more: z.literal(true).optional() });

/** Newest first; `next` is the `after` of the following page. */
export const deadLetterPageSchema: z.ZodType<DeadLetterPage> = z.object({
  items: z.array(deadLetterSchema.extend({ isRedriven: z.boolean() })),
  next: z.string().nullable(),
});

/** The orchestration that delivers a letter again. */
export const redriveSchema = z.object({ instanceId: z.string() });

/** What was started for a day; `left` letters wait for a further call. */
export const redriveDaySchema: z.ZodType<RedriveDayAnswer> = z.object({
  instanceIds: z.array(z.string()),
  letters: countSchema,
  skipped: countSchema,
  left: countSchema,
});

/** Lines that were imported; with `dryRun=true` what they would do. */
export const importAnswerSchema = z.union([
  z.object({ imported: countSchema }),
  z.object({ new: countSchema, changed: countSchema, same: countSchema }),
]);

const removableOutcomeSchema: z.ZodType<RemovableOutcome> = z.object({
  imported: countSchema,
  removed: countSchema,
});
const removableCountsSchema: z.ZodType<RemovableCounts> = z.object({
  new: countSchema,
  changed: countSchema,
  same: countSchema,
  removed: countSchema,
});

/** The same of lines that may also end something. */
export const removableAnswerSchema = z.union([removableOutcomeSchema, removableCountsSchema]);

/** How many rows of a person were removed, and what remains for the audit. */
export const erasedUserSchema: z.ZodType<ErasedUser> = z.object({
  removed: z.object({
    grants: countSchema,
    ownerLinks: countSchema,
    subscriptions: countSchema,
    preferences: countSchema,
    digests: countSchema,
    deadLetters: countSchema,
    inbox: countSchema,
  }),
  groupsLeft: countSchema,
  remaining: z.object({ groupIntervals: countSchema }),
});

/** Ids of orchestrations that have ended; `next` is the `after` of the following page. */
export const orchestrationPageSchema = z.object({
  instanceIds: z.array(z.string()),
  next: z.string().nullable(),
});

/** RFC 7517. */
export const keySetSchema = z.object({
  keys: z.array(
    z.object({
      kty: z.literal("EC"),
      crv: z.literal("P-256"),
      x: z.string(),
      y: z.string(),
      kid: z.string(),
      alg: z.literal("ES256"),
      use: z.literal("sig"),
    }),
  ),
});

/** The app answers. */
export const liveSchema = z.object({ status: z.literal("ok") });

/** This description. */
export const openApiSchema = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });
