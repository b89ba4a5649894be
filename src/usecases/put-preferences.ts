/** What a person wants to be spared, said by themselves; it replaces what they said before. */
import { ConflictError, InvalidRequestError } from "../domain/errors.ts";
import { NO_PREFERENCES, type Preferences } from "../domain/preferences.ts";
import type { PreferencesTable } from "../storage/preferences-table.ts";
import { finishPending, type FinishPreferencesDeps } from "./finish-preferences.ts";

/** A person who saves on several devices at once makes them try again; more than this is a fault. */
const MAX_TRIES = 20;

/** What a text of table storage holds, in characters of JSON. */
const LARGEST = 32_000;

/**
 * Takes a person's preferences; when it returns, every decision respects them. After an error they may be in force
 * or not; once in force they stay, and what is left to copy is finished within minutes.
 */
export async function putPreferences(
  deps: FinishPreferencesDeps,
  userId: string,
  preferences: Preferences,
): Promise<void> {
  if (JSON.stringify(preferences).length > LARGEST)
    throw new InvalidRequestError("These are too many muted scopes with long names.");
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const before = await deps.preferences.read(userId);
    const pending = await deps.preferences.announce(userId, (before?.version ?? 0) + 1);
    if (await deps.preferences.write(userId, preferences, before)) return finishPending(deps, pending);
  }
  throw new ConflictError("Your preferences kept changing while they were saved.");
}

/** What a person said last. */
export async function readPreferences(
  { preferences }: { preferences: PreferencesTable },
  userId: string,
): Promise<Preferences> {
  return (await preferences.read(userId))?.preferences ?? NO_PREFERENCES;
}
