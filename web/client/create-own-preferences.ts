/** The person's preferences as far as this device knows: what rings here is decided by them. */
import "./parse-without-eval.ts";
import { findQuietUntil } from "../../src/domain/quiet-hours.ts";
import type { Preferences, PushedNotification } from "./api-schemas.ts";
import type { Api } from "./create-api.ts";

/** What the person wants to be spared. */
export interface OwnPreferences {
  /** Makes the next `read` ask the server again. */
  expire(): void;
  /** Resolves once they were asked for since the last `expire`, however that ended: what was known before stays. */
  read(signal: AbortSignal): Promise<void>;
  /** Replaces them at the server, then here; throws what the server refuses. */
  save(preferences: Preferences): Promise<Preferences>;
  /** Whether the quiet hours hold at an instant; in a time zone that this browser does not know they never do. */
  isQuietAt(instant: string): boolean;
  hasQuietHours(): boolean;
  /** Whether everything that brought a notification is muted, or what it tells. */
  isMuted(notification: PushedNotification): boolean;
  /** Forgets them: whoever signs in next may be someone else. */
  forget(): void;
}

const NONE: Preferences = { quietHours: null, mutedScopes: [], mutedTransitions: [] };

/** Begins with no preferences; `onError` hears of reads that failed. */
export function createOwnPreferences(o: { api: Api; onError: (error: unknown) => void }): OwnPreferences {
  let known = NONE;
  let asked: Promise<void> | undefined;
  /** How often they were replaced here; a read that began before the last time is out of date. */
  let version = 0;

  function replace(preferences: Preferences): void {
    version += 1;
    known = preferences;
  }

  async function ask(signal: AbortSignal): Promise<void> {
    const askedAt = version;
    try {
      const preferences = await o.api.readPreferences({ signal });
      if (!signal.aborted && askedAt === version) replace(preferences);
    } catch (error) {
      if (!signal.aborted) o.onError(error);
    }
  }

  return {
    expire: () => void (asked = undefined),
    read: (signal) => (asked ??= ask(signal)),
    async save(preferences) {
      const askedAt = (version += 1);
      const saved = await o.api.savePreferences(preferences);
      // Not when someone signed out, or saved again, meanwhile.
      if (askedAt === version) replace(saved);
      return saved;
    },
    isQuietAt: (instant) => known.quietHours !== null && findQuietUntil(known.quietHours, instant) !== null,
    hasQuietHours: () => known.quietHours !== null,
    isMuted: ({ reasons, transition }) =>
      known.mutedTransitions.includes(transition) ||
      (reasons.length > 0 && reasons.every(({ scope }) => known.mutedScopes.includes(scope))),
    forget() {
      asked = undefined;
      replace(NONE);
    },
  };
}
