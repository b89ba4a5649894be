/** Who wants to hear of which orders. */
import { z } from "zod";
import { instantSchema, type OrderChange, salesforceIdSchema } from "./order-change.ts";
import { transitionKindSchema } from "./transition.ts";

/**
 * Ids of people and groups as the identity provider spells them, e.g. `auth0|7f`. Blank ones would name nobody, and
 * none may be longer in UTF-8 than fits into a table key twice.
 */
export const principalIdSchema = z
  .string()
  .regex(/^\S(.*\S)?$/u, "must not be blank, nor begin or end with a space")
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "holds control characters or halves of a character")
  // In the path of a call to SignalR they would vanish, and `/users/../:send` tells everyone.
  .regex(/^(?!\.{1,2}$)/, "must not be a dot or two alone")
  .refine((id) => new TextEncoder().encode(id).length <= 256, "is longer than 256 bytes");

const SCOPE =
  /^(all|order:801[a-zA-Z0-9]{15}|account:001[a-zA-Z0-9]{15}|owner:005[a-zA-Z0-9]{15}|field:[A-Za-z]\w{0,79}=[^\p{Cc}\p{Cs}]{1,255})$/u;

/**
 * Which orders: `order:801…`, `account:001…`, `owner:005…` (18-character ids), `field:Region__c=EMEA` (a field of
 * ORDER_RULE_FIELDS, compared as text) or `all`.
 */
export const scopeSchema = z
  .string()
  .regex(SCOPE, {
    error:
      "must be all, order:801…, account:001… or owner:005… with an 18-character Salesforce id, or field:<name>=<value>",
  })
  // A table key holds 1 KiB, and a value stands in it in base64url.
  .refine((scope) => new TextEncoder().encode(scope).length <= 340, "is longer than 340 bytes");

/** A person or a group; there is no third kind, so nothing can be addressed to everyone. */
export const targetSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("user"), userId: principalIdSchema }),
  z.object({ kind: z.literal("group"), group: principalIdSchema }),
]);

export const prioritySchema = z.enum(["normal", "high"]);

/** Whom to tell when nobody has received a notification for so long. */
export const escalationSchema = z.strictObject({
  afterMinutes: z.int().min(1).max(1_440),
  group: principalIdSchema,
});

/** What a subscriber may narrow; everything absent means "all of it". */
export const subscriptionRulesSchema = z
  .strictObject({
    transitions: z.array(transitionKindSchema).min(1).optional(),
    statuses: z.array(z.string().min(1).max(255)).min(1).max(50).optional(),
    /** A plain decimal; an order without an amount does not reach it. */
    minimumAmount: z
      .string()
      .regex(/^-?\d{1,16}(\.\d{1,8})?$/, "must be a plain decimal such as 1000 or 99.5")
      .optional(),
    /** Values by field name, each compared as text; an unknown or empty field equals nothing. */
    fieldEquals: z
      .record(
        z.string().regex(/^[A-Za-z]\w{0,79}$/, "must be the API name of a field"),
        z.string().min(1).max(255),
      )
      .refine((fields) => Object.keys(fields).length <= 5, "takes at most 5 fields")
      .optional(),
    priority: prioritySchema.default("normal"),
    /** Administrators alone set it: it tells others. */
    escalate: escalationSchema.optional(),
  })
  .refine(({ priority, escalate }) => escalate === undefined || priority === "high", {
    path: ["escalate"],
    error: "needs the priority high",
  });

/** A person's preferences as they bear on one subscription at the moment of a decision. */
export const appliedPreferencesSchema = z.object({
  version: z.int(),
  /** The person has muted this scope. */
  isMuted: z.literal(true).optional(),
  mutedTransitions: z.array(transitionKindSchema).optional(),
  /** The person's quiet hours last until then. */
  quietUntil: instantSchema.optional(),
});

/** A subscription as a decision gets it; a group has no preferences, its members have their own. */
export const subscriptionSchema = z.object({
  scope: scopeSchema,
  target: targetSchema,
  rules: subscriptionRulesSchema,
  preferences: appliedPreferencesSchema.optional(),
});

/** What an administrator lets a person follow; the label is what the page calls it, Salesforce ids say little. */
export const grantSchema = z.object({ scope: scopeSchema, label: z.string().max(100).nullable() });

export type AppliedPreferences = z.infer<typeof appliedPreferencesSchema>;
export type Escalation = z.infer<typeof escalationSchema>;
export type Grant = z.infer<typeof grantSchema>;
export type Scope = z.infer<typeof scopeSchema>;
export type Target = z.infer<typeof targetSchema>;
export type Priority = z.infer<typeof prioritySchema>;
export type SubscriptionRules = z.infer<typeof subscriptionRulesSchema>;
export type Subscription = z.infer<typeof subscriptionSchema>;

/** Every scope that an order falls into. */
export function toScopes(change: OrderChange): Scope[] {
  const scopes = [`order:${change.orderId}`, "all"];
  const account = salesforceIdSchema.safeParse(change.coreFields["AccountId"]);
  const owner = salesforceIdSchema.safeParse(change.coreFields["OwnerId"]);
  if (account.success) scopes.push(`account:${account.data}`);
  // An order may be owned by a queue (00G…), which no person can follow as an owner.
  if (owner.success) scopes.push(`owner:${owner.data}`);
  // The number is kept for people to read; nobody follows all orders with one number.
  const fields = Object.entries(change.otherFields).filter(([name]) => name !== "OrderNumber");
  scopes.push(...fields.flatMap(([name, value]) => (value === null ? [] : [`field:${name}=${value}`])));
  return scopes.filter((scope) => scopeSchema.safeParse(scope).success);
}
