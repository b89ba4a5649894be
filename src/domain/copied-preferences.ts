/** A person's preferences as they are copied onto each of their subscriptions, so that one range answers "who". */
import { z } from "zod";
import type { Preferences } from "./preferences.ts";
import { findQuietUntil, type QuietHours } from "./quiet-hours.ts";
import type { AppliedPreferences, Scope } from "./subscription.ts";
import { transitionKindSchema } from "./transition.ts";

/** A person's preferences and how often they have been changed; a copy of a lower version is out of date. */
export type VersionedPreferences = { preferences: Preferences; version: number };

/**
 * What a subscription carries. The time zone is not checked again: one that another machine knew must not keep a whole
 * page from being read.
 */
export const copiedPreferencesSchema = z.object({
  version: z.int(),
  isMuted: z.literal(true).optional(),
  mutedTransitions: z.array(transitionKindSchema).optional(),
  quietHours: z.object({ timeZone: z.string(), from: z.string(), to: z.string() }).optional(),
});

export type CopiedPreferences = z.infer<typeof copiedPreferencesSchema>;

/** What of a person's preferences bears on their subscription to `scope`. */
export function toCopiedPreferences(
  { preferences, version }: VersionedPreferences,
  scope: Scope,
): CopiedPreferences {
  const { quietHours, mutedScopes, mutedTransitions } = preferences;
  return {
    version,
    ...(mutedScopes.includes(scope) ? { isMuted: true } : {}),
    ...(mutedTransitions.length > 0 ? { mutedTransitions: [...new Set(mutedTransitions)] } : {}),
    ...(quietHours ? { quietHours } : {}),
  };
}

/** Builds what turns copies into what a decision taken at `decidedAt` gets; the same hours are looked up once. */
export function createPreferencesAt(decidedAt: string): (copied: CopiedPreferences) => AppliedPreferences {
  const known = new Map<string, string | null>();
  const find = (quietHours: QuietHours) => {
    const key = `${quietHours.timeZone} ${quietHours.from} ${quietHours.to}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const quietUntil = findQuietUntil(quietHours, decidedAt);
    known.set(key, quietUntil);
    return quietUntil;
  };
  return ({ quietHours, ...applied }) => {
    const quietUntil = quietHours ? find(quietHours) : null;
    return quietUntil === null ? applied : { ...applied, quietUntil };
  };
}
