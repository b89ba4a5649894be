/** What a person wants to be spared, over all their subscriptions. */
import { z } from "zod";
import { quietHoursSchema } from "./quiet-hours.ts";
import { scopeSchema } from "./subscription.ts";
import { transitionKindSchema } from "./transition.ts";

/** The body of `PUT /api/preferences`; it replaces what was there. */
export const preferencesSchema = z.strictObject({
  /** While they last, the inbox is filled and nothing rings; one summary follows at their end. */
  quietHours: quietHoursSchema.nullable().default(null),
  mutedScopes: z.array(scopeSchema).max(100).default([]),
  mutedTransitions: z.array(transitionKindSchema).max(transitionKindSchema.options.length).default([]),
});

export type Preferences = z.infer<typeof preferencesSchema>;

/** What somebody who never said anything wants. */
export const NO_PREFERENCES: Preferences = { quietHours: null, mutedScopes: [], mutedTransitions: [] };
