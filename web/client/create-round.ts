/**
 * One round of the bell: read the inbox once so that there is something to show (and a 401 is noticed before a negotiate
 * is wasted), open the line, and only then read the inbox again `since` the last cursor: what arrived in between comes
 * with that page, what arrives later comes by push, and ids make doubles harmless. When the line cannot be opened the
 * round still reads the inbox, so behind a hostile proxy the page polls.
 */
import type { CatchUp } from "./create-catch-up.ts";
import type { OwnPreferences } from "./create-own-preferences.ts";
import type { PushConnection } from "./push-connection.ts";

/** Makes a round, which resolves to how many milliseconds the line lived; `listen` is called before the line is opened. */
export function createRound(o: {
  connect: () => PushConnection | Promise<PushConnection>;
  catchUp: CatchUp;
  preferences: OwnPreferences;
  isLoaded: () => boolean;
  listen: (line: PushConnection, signal: AbortSignal) => void;
  onLive: () => void;
  onError: (error: unknown) => void;
}): (signal: AbortSignal) => Promise<number> {
  const { catchUp, preferences } = o;
  return async (signal) => {
    if (!o.isLoaded()) await catchUp.read(signal);
    const line = await o.connect();
    let onClosed = (): void => {};
    const closed = new Promise<void>((resolve) => {
      onClosed = resolve;
    });
    line.onClose(onClosed);
    preferences.expire();
    o.listen(line, signal);
    const hangUp = (): Promise<void> => {
      onClosed();
      return line.stop().catch(o.onError);
    };
    signal.throwIfAborted();
    const onAbort = (): void => void hangUp();
    signal.addEventListener("abort", onAbort);
    try {
      const refusal = await line.start().then(() => undefined, toRefusal);
      signal.throwIfAborted();
      if (!refusal) void preferences.read(signal);
      await catchUp.read(signal);
      if (refusal) throw refusal;
      const liveAt = Date.now();
      o.onLive();
      await closed;
      return Date.now() - liveAt;
    } finally {
      signal.removeEventListener("abort", onAbort);
      await hangUp();
    }
  };
}

function toRefusal(error: unknown): Error {
  return error instanceof Error ? error : new Error("The live connection was refused", { cause: error });
}
