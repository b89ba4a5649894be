/** Reads the inbox again when a push told of something that this device cannot know by itself. */
import { toRetryDelayMs } from "./retry-delay.ts";

/** Wishes that come within this time are one. */
const COLLECT_MS = 300;

/**
 * Makes `refresh`: however often it is called, one `read` runs at a time, and one more follows when it was called
 * meanwhile; one that fails is tried again. `signal`, one per session, is asked for at each read; what it aborts is over.
 */
export function createRefresh(o: {
  read: (signal: AbortSignal) => Promise<void>;
  signal: () => AbortSignal;
  onError: (error: unknown) => void;
}): () => void {
  let isPlanned = false;
  let isReading = false;
  let isWanted = false;

  function plan(delayMs: number, failures: number): void {
    const signal = o.signal();
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      if (!signal.aborted) void read(signal, failures);
    }, delayMs);
  }

  async function read(signal: AbortSignal, failures: number): Promise<void> {
    isReading = true;
    isWanted = false;
    let failed = 0;
    try {
      await o.read(signal);
    } catch (error) {
      failed = failures + 1;
      if (!signal.aborted) o.onError(error);
    }
    isReading = false;
    if (failed > 0 && !signal.aborted) plan(toRetryDelayMs(failed), failed);
    else if (isWanted && !isPlanned) plan(COLLECT_MS, 0);
  }

  return () => {
    isWanted = true;
    if (!isPlanned && !isReading) plan(COLLECT_MS, 0);
  };
}
