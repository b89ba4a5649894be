/** Marks everything unread as read: what is on show at once, and at the server also what is older than the list. */
import type { Api } from "./create-api.ts";
import type { InboxModel } from "./inbox-model.ts";
import { isUnread } from "./item-state.ts";

/** `unfinished`: so many are unread that some are left for another call; `refused`: something failed on the way. */
export type MarkAllOutcome = "done" | "unfinished" | "refused";

/** Each call to the server marks many; whoever has more than this is asked whether to go on. */
const MOST_CALLS = 50;

/**
 * Makes `markAllRead`; a call while one is under way joins it. `catchUp` makes list and counts true again, and `signal`,
 * one per session, is asked for at each call; what it aborts is no error.
 */
export function createMarkAllRead(o: {
  api: Api;
  model: InboxModel;
  catchUp: (signal: AbortSignal) => Promise<void>;
  signal: () => AbortSignal;
  /** Called at the beginning and at the end. */
  onBusy: (isBusy: boolean) => void;
  onError: (error: unknown) => void;
}): () => Promise<MarkAllOutcome> {
  const { api, model } = o;
  let underWay: Promise<MarkAllOutcome> | undefined;

  /** Resolves to whether nothing is left. */
  async function markAtServer(signal: AbortSignal): Promise<boolean> {
    for (let call = 0; call < MOST_CALLS; call += 1) {
      const { isMore } = await api.readAll({ signal });
      signal.throwIfAborted();
      if (!isMore) return true;
      // Tells how many are left.
      await o.catchUp(signal);
    }
    return false;
  }

  /** What was marked beyond the list, or before something failed, only the server knows. */
  async function learn(signal: AbortSignal): Promise<void> {
    try {
      await o.catchUp(signal);
    } catch (error) {
      if (!signal.aborted) o.onError(error);
    }
  }

  async function run(): Promise<MarkAllOutcome> {
    const signal = o.signal();
    const ids = model.view().items.flatMap((item) => (isUnread(item) ? [item.id] : []));
    const change = { ids, state: "read" } as const;
    let outcome: MarkAllOutcome = "refused";
    model.apply(change);
    o.onBusy(true);
    try {
      outcome = (await markAtServer(signal)) ? "done" : "unfinished";
    } catch (error) {
      if (!signal.aborted) o.onError(error);
    }
    model.settle(change, outcome === "done" ? "confirmed" : "refused");
    if (!signal.aborted) await learn(signal);
    underWay = undefined;
    o.onBusy(false);
    return outcome;
  }

  return () => (underWay ??= run());
}
