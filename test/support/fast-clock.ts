/**
 * A clock that leaps from timer to timer, so that an hour of retries is over in an instant. `Date` and `setTimeout` of
 * this process go by it; a `setTimeout` of 0 ms, `node:timers/promises`,
 * `setImmediate` and `performance` stay as they are.
 */

/** See the file's header. */
export interface FastClock {
  /** Leaps, from now on, to whatever is due next, but not further than so long from now (ms). */
  run(atMostMs?: number): void;
  /** Gives `Date` and `setTimeout` back; what waits never comes. */
  stop(): void;
}

/** Timers that lie so close together are fired by one leap (ms). */
const LEAP_MS = 2_000;

type Timer = { at: number; fire: () => void };

/** Stops the time at `startMs` (since 1970, UTC); with `tickMs` it goes on by so much whenever it is asked for. */
export function startFastClock(startMs: number, tickMs = 0): FastClock {
  const real = { Date, setTimeout, clearTimeout };
  const timers = new Map<object, Timer>();
  let nowMs = startMs;
  let endMs = startMs;
  let isRunning = false;

  const read = () => (nowMs += tickMs);

  const leap = () => {
    if (!isRunning) return;
    const next = Math.min(...[...timers.values()].map(({ at }) => at));
    if (Number.isFinite(next) && next <= endMs) {
      // Near the end every millisecond counts: whatever begins later is to find some.
      nowMs = Math.max(nowMs, next) + (Number.isFinite(endMs) ? 0 : LEAP_MS);
      const due = [...timers].filter(([, { at }]) => at <= nowMs).toSorted(([, a], [, b]) => a.at - b.at);
      for (const [handle, { fire }] of due) if (timers.delete(handle)) fire();
    }
    real.setTimeout(leap, 1);
  };

  globalThis.Date = new Proxy(real.Date, {
    construct: (target, args: [], self) =>
      Reflect.construct(target, args.length === 0 ? [read()] : args, self),
    get: (target, key, self): unknown => (key === "now" ? read : Reflect.get(target, key, self)),
  });
  globalThis.setTimeout = new Proxy(real.setTimeout, {
    apply(target, self, [fire, ms = 0, ...args]: [(...args: unknown[]) => void, number?, ...unknown[]]) {
      if (ms <= 0) return Reflect.apply(target, self, [fire, ms, ...args]) as NodeJS.Timeout;
      const handle = { ref: () => handle, unref: () => handle, hasRef: () => false };
      timers.set(handle, { at: nowMs + Math.ceil(ms), fire: () => fire(...args) });
      return handle;
    },
  });
  globalThis.clearTimeout = new Proxy(real.clearTimeout, {
    apply(target, self, args: [NodeJS.Timeout?]) {
      if (args[0] === undefined || !timers.delete(args[0])) Reflect.apply(target, self, args);
    },
  });

  return {
    run(atMostMs = Number.POSITIVE_INFINITY) {
      endMs = nowMs + atMostMs;
      if (isRunning) return;
      isRunning = true;
      leap();
    },
    stop() {
      isRunning = false;
      Object.assign(globalThis, real);
    },
  };
}
