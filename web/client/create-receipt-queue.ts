/** Tells the server, a little later and in batches, which notifications reached this device. */
import { RefusedError } from "./api-errors.ts";
import { toRetryDelayMs } from "./retry-delay.ts";

/** The queue of `received` receipts; it never makes anyone wait. */
export interface ReceiptQueue {
  /** Adds ids; one that was added before is not sent again. `traceparent`: the trace that brought them. */
  add(ids: readonly string[], traceparent?: string): void;
  /** Drops what is waiting and sends no more until the next `add`. */
  stop(): void;
}

type Waiting = { id: string; traceparent: string | undefined };

const BATCH_IDS = 100;
const DEBOUNCE_MS = 250;

/**
 * Makes a queue that sends with `send` and retries until sent or refused for good; `onError` hears of every failure. A
 * batch is one request and follows one trace: that of the first of its ids that came with one.
 */
export function createReceiptQueue(o: {
  send: (ids: readonly string[], traceparent?: string) => Promise<void>;
  onError: (error: unknown) => void;
}): ReceiptQueue {
  const known = new Set<string>();
  let waiting: Waiting[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending = false;
  let stopped = false;
  let failures = 0;

  function plan(delayMs: number): void {
    timer ??= setTimeout(() => void flush(), delayMs);
  }

  async function flush(): Promise<void> {
    timer = undefined;
    if (sending) return;
    sending = true;
    const batch = waiting.splice(0, BATCH_IDS);
    try {
      await o.send(
        batch.map(({ id }) => id),
        batch.find(({ traceparent }) => traceparent !== undefined)?.traceparent,
      );
      failures = 0;
    } catch (error) {
      failures += 1;
      if (stopped) for (const { id } of batch) known.delete(id);
      else if (!isFinal(error)) waiting.unshift(...batch);
      o.onError(error);
    }
    sending = false;
    if (waiting.length > 0) plan(failures === 0 ? 0 : toRetryDelayMs(failures));
  }

  return {
    add(ids, traceparent) {
      const fresh = ids.filter((id) => !known.has(id));
      if (fresh.length === 0) return;
      stopped = false;
      for (const id of fresh) known.add(id);
      waiting.push(...fresh.map((id) => ({ id, traceparent })));
      if (!sending) plan(DEBOUNCE_MS);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
      for (const { id } of waiting) known.delete(id);
      waiting = [];
    },
  };
}

/** A receipt the server calls wrong stays wrong; anything else may pass later. */
function isFinal(error: unknown): boolean {
  return error instanceof RefusedError && error.status >= 400 && error.status < 500 && error.status !== 429;
}
