/**
 * The timers of an orchestration under audit replay. The record gives no ids: timers were created in the order in which
 * the code asked for them, and fire by their instant. Several retries may wait for the same instant, and the record does
 * not say whose fired first; that is left open until something tells.
 */

/** A timer that the code asked for: its own (`fireAtMs`), or the pause after a failed attempt. */
export type OpenTimer = { id: number } & (
  | { kind: "user"; fireAtMs: number; isSegment: boolean }
  | { kind: "retry"; key: string; isLast: boolean; error: unknown }
);

export type RetryTimer = Extract<OpenTimer, { kind: "retry" }>;

/** Timers created for one instant (ms since 1970, UTC). */
interface Instant {
  users: OpenTimer[];
  retries: RetryTimer[];
  /** Retry timers that have fired, and nobody knows yet which. */
  fired: number;
}

/** Which of several retries is picked when the record leaves it open; undefined: none stands out. */
export type PickRetry = (candidates: readonly RetryTimer[]) => RetryTimer | undefined;

/** See the file's header. */
export class OpenTimers {
  readonly #asked: OpenTimer[] = [];
  #created = 0;
  readonly #instants = new Map<number, Instant>();
  readonly #instantByRetry = new Map<RetryTimer, Instant>();
  readonly #retriesByKey = new Map<string, RetryTimer[]>();

  ask(timer: OpenTimer): void {
    this.#asked.push(timer);
    if (timer.kind !== "retry") return;
    const same = this.#retriesByKey.get(timer.key);
    if (same) same.push(timer);
    else this.#retriesByKey.set(timer.key, [timer]);
  }

  /** Timers that the record has not created (yet). */
  get uncreated(): readonly OpenTimer[] {
    return this.#asked.slice(this.#created);
  }

  /** Whether some timer has not fired, or not been created. */
  get hasUnfired(): boolean {
    if (this.next !== undefined) return true;
    return [...this.#instants.values()].some(
      ({ users, retries, fired }) => users.length + retries.length > fired,
    );
  }

  /** The next that the record must create. */
  get next(): OpenTimer | undefined {
    return this.#asked[this.#created];
  }

  /** The next one is created, for that instant. */
  create(fireAtMs: number): void {
    const timer = this.next;
    if (timer === undefined) return;
    this.#created++;
    const instant = this.#instants.get(fireAtMs) ?? { users: [], retries: [], fired: 0 };
    this.#instants.set(fireAtMs, instant);
    if (timer.kind === "user") instant.users.push(timer);
    else {
      instant.retries.push(timer);
      this.#instantByRetry.set(timer, instant);
    }
  }

  /** A timer of that instant fires: answers the timers of which it is now known, or undefined when none was left. */
  fire(fireAtMs: number, pick: PickRetry): OpenTimer[] | undefined {
    const instant = this.#instants.get(fireAtMs);
    if (instant === undefined) return undefined;
    const user = instant.users.shift();
    if (user) return [user];
    if (instant.fired === instant.retries.length) return undefined;
    instant.fired++;
    if (instant.fired === instant.retries.length) return this.#takeAll(instant, pick);
    const picked = pick(instant.retries);
    return picked ? [this.#take(picked, instant)] : [];
  }

  /** The retry of a call whose next attempt has begun: its timer must be among those that have fired. */
  takeFired(key: string): RetryTimer | undefined {
    for (const timer of this.#retriesByKey.get(key) ?? []) {
      const instant = this.#instantByRetry.get(timer);
      if (!timer.isLast && instant !== undefined && instant.fired > 0) return this.#take(timer, instant);
    }
    return undefined;
  }

  /** One that has fired though nobody knows which: the end of a call first, since that is what can be waited for. */
  takeAnyFired(pick: PickRetry): RetryTimer | undefined {
    for (const instant of this.#instants.values()) {
      if (instant.fired === 0) continue;
      const { retries } = instant;
      const timer = pick(retries) ?? retries.find(({ isLast }) => isLast) ?? retries[0];
      if (timer) return this.#take(timer, instant);
    }
    return undefined;
  }

  #takeAll(instant: Instant, pick: PickRetry): RetryTimer[] {
    const taken: RetryTimer[] = [];
    while (instant.retries.length > 0) {
      const timer = (taken.length === 0 ? pick(instant.retries) : undefined) ?? instant.retries[0];
      if (timer === undefined) break;
      taken.push(this.#take(timer, instant));
    }
    return taken;
  }

  #take(timer: RetryTimer, instant: Instant): RetryTimer {
    instant.retries.splice(instant.retries.indexOf(timer), 1);
    instant.fired--;
    this.#instantByRetry.delete(timer);
    const same = this.#retriesByKey.get(timer.key);
    if (same) same.splice(same.indexOf(timer), 1);
    return timer;
  }
}
