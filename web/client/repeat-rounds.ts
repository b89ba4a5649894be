/** Repeats a piece of work for ever, with a growing wait between rounds that a wake-up cuts short. */
import { toRetryDelayMs } from "./retry-delay.ts";

/** Rounds under way. */
export interface Rounds {
  /** When waiting between two rounds, begins the next at once. */
  wake(): void;
  /** Ends; resolves when the round under way has let go of what it held. */
  stop(): Promise<void>;
}

/** A round that worked for this long was a good one; the next wait is short again. */
const STABLE_MS = 10_000;

/** Begins the rounds: `round` resolves to how many milliseconds it worked; `onRoundEnd` hears of each end but the last. */
export function repeatRounds(o: {
  round: (signal: AbortSignal) => Promise<number>;
  onRoundEnd: (error?: unknown) => void;
}): Rounds {
  const abort = new AbortController();
  const { signal } = abort;
  let endWait = (_how: "elapsed" | "woken"): void => {};

  function wait(ms: number): Promise<"elapsed" | "woken"> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => endWait("elapsed"), ms);
      endWait = (how) => {
        clearTimeout(timer);
        endWait = () => {};
        resolve(how);
      };
    });
  }

  async function repeat(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let workedMs = 0;
      let error: unknown;
      try {
        workedMs = await o.round(signal);
      } catch (thrown) {
        error = thrown;
      }
      if (signal.aborted) return;
      o.onRoundEnd(error);
      if (signal.aborted) return;
      failures = workedMs >= STABLE_MS ? 1 : failures + 1;
      if ((await wait(toRetryDelayMs(failures))) === "woken") failures = 0;
    }
  }

  const ended = repeat();
  return {
    wake: () => endWait("woken"),
    stop() {
      abort.abort();
      endWait("elapsed");
      return ended;
    },
  };
}
