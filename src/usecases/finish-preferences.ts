/**
 * Brings announced changes of preferences onto every subscription of their people. Any number may do so side by side,
 * and any of them may be interrupted: the announcement stays until one of them has come to the end.
 */
import { inTurns } from "../domain/in-turns.ts";
import type { PendingPreferences, PreferencesTable } from "../storage/preferences-table.ts";
import type { SubscriptionsTable } from "../storage/subscriptions-table.ts";

export interface FinishPreferencesDeps {
  preferences: PreferencesTable;
  subscriptions: SubscriptionsTable;
}

const CONCURRENCY = 16;

/** Finishes what was interrupted, everybody's in turn; one that fails does not keep the others from it. */
export async function finishPreferences(deps: FinishPreferencesDeps): Promise<{ finished: number }> {
  const errors: unknown[] = [];
  const pending = await deps.preferences.listPending();
  for (const one of pending) {
    try {
      await finishPending(deps, one);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} changes of preferences failed.`);
  return { finished: pending.length };
}

/** Copies a person's preferences and takes the announcement back; a newer change is left to whoever makes it. */
export async function finishPending(
  { preferences, subscriptions }: FinishPreferencesDeps,
  pending: PendingPreferences,
): Promise<void> {
  const stored = await preferences.read(pending.userId);
  if (stored && stored.copiedVersion < stored.version) {
    const rows = await subscriptions.listOfUser(pending.userId);
    await inTurns(rows, CONCURRENCY, ({ scope }) =>
      subscriptions.copyPreferences(scope, pending.userId, stored),
    );
  }
  if (await preferences.markCopied(pending.userId, stored)) await preferences.removePending(pending);
}
