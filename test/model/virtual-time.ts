/**
 * A clock that moves only from event to event. Between two events every promise that can go on does, so a run depends on
 * nothing but its events and their order.
 */

/** The clock of one world. */
export interface VirtualTime {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `event` in `ms` milliseconds. */
  in(ms: number, event: () => void): void;
  sleep(ms: number): Promise<void>;
  /** Runs what is due up to `instant`, and lets the clock stand there. */
  runUntil(instant: number): Promise<void>;
}

/** Starts a clock. */
export function createVirtualTime(start: number): VirtualTime {
  const queue: { at: number; event: () => void }[] = [];
  let now = start;
  const time: VirtualTime = {
    now: () => now,
    in(ms, event) {
      const at = now + Math.max(0, ms);
      // Behind everything that is due at the same time.
      let index = queue.length;
      while (index > 0 && queue[index - 1]!.at > at) index -= 1;
      queue.splice(index, 0, { at, event });
    },
    sleep: (ms) => new Promise((resolve) => time.in(ms, resolve)),
    async runUntil(instant) {
      await settle();
      for (let next = queue[0]; next !== undefined && next.at <= instant; next = queue[0]) {
        queue.shift();
        now = next.at;
        next.event();
        await settle();
      }
      now = Math.max(now, instant);
    },
  };
  return time;
}

/** Every promise that waits for nothing but other promises has gone on before a new turn of Node's event loop. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

let current: VirtualTime | undefined;

/** Names the clock that the product's own waiting goes by, one world at a time. */
export function useVirtualTime(time: VirtualTime): void {
  current = time;
}

/** Stands in for `setTimeout` of `node:timers/promises`. */
export async function sleepVirtually(ms: number): Promise<void> {
  if (current === undefined) throw new Error("No virtual time is in use.");
  await current.sleep(ms);
}
