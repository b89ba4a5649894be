/** The first step of an orchestration: what is new, decided once, with the first page of who might care. */
import { z } from "zod";
import { audiencePageSchema } from "./audience.ts";
import { instantSchema, orderChangeSchema } from "./order-change.ts";
import { scopeSchema } from "./subscription.ts";
import { tracedSchema } from "./traced.ts";
import { transitionSchema } from "./transition.ts";

/** The input of the orchestration `notifyOrderChange`. */
export const orderChangeInputSchema = tracedSchema.extend({ change: orderChangeSchema });

/** The input of the activity `claimChange`. */
export const claimRequestSchema = tracedSchema
  .pick({ traceparent: true })
  .extend({ change: orderChangeSchema, instanceId: z.string() });

/** What is stored once per change: a re-run reads it back. `decidedAt` is the only clock of the decision. */
export const claimSchema = z.object({
  transition: transitionSchema,
  decidedAt: instantSchema,
  link: z.string().nullable(),
});

/** The result of `claimChange`; silent transitions have no audience. `codeVersion` says which code decides. */
export const claimResultSchema = claimSchema.extend({
  firstPage: audiencePageSchema.nullable(),
  codeVersion: z.string(),
});

/** The input of the activity `loadAudience`. */
export const audienceRequestSchema = z.object({
  scopes: z.array(scopeSchema),
  after: z.string(),
  /** Whose quiet hours last is asked for this instant. */
  decidedAt: instantSchema,
});

export type Claim = z.infer<typeof claimSchema>;
export type ClaimRequest = z.infer<typeof claimRequestSchema>;
export type ClaimResult = z.infer<typeof claimResultSchema>;
export type AudienceRequest = z.infer<typeof audienceRequestSchema>;
