/**
 * Marks everything unread as read: what is on show at once, then, page by page, what is older than the list.
 *
 * The older pages are not added to the list: nobody asked to see them.
 */
import type { Api } from "./create-api.ts";
import type { InboxModel } from "./inbox-model.ts";
import { isUnread } from "./item-state.ts";

/** `unfinished`: so many are older that some are left for another call; `refused`: something failed on the way. */
export type MarkAllOutcome = "done" | "unfinished" | "refused";

/** What one receipt takes, so that each page is one receipt. */
const PAGE_ITEMS = 100;
/** How far one call looks. */
const MOST_ITEMS = 1_000;

/**
 * Makes `markAllRead`; a call while one is under way joins it. `mark` resolves to whether the server agreed, `catchUp`
 * makes the counts true again, and `signal`, one per session, is asked for at each call; what it aborts is no error.
 */
export function createMarkAllRead(o: {
  api: Api;
  model: InboxModel;
  mark: (ids: readonly string[], state: "read") => Promise<boolean>;
  catchUp: (signal: AbortSignal) => Promise<void>;
  signal: () => AbortSignal;
  onBusy: (isBusy: boolean) => void;
  onError: (error: unknown) => void;
}): () => Promise<MarkAllOutcome> {
  const { api, model, mark } = o;
  let underWay: Promise<MarkAllOutcome> | undefined;
  /** Which part beyond the end of the list an unfinished call has marked already; the next one goes on from there. */
  let done: { from: string; to: string; signal: AbortSignal } | undefined;

  /** Resolves to whether the server took every mark. */
  async function markOlder(signal: AbortSignal): Promise<boolean> {
    const end = model.end();
    if (end === undefined) return true;
    const goesOn = done?.signal === signal && done.from <= end && end < done.to;
    const from = goesOn && done ? done.from : end;
    let before = goesOn && done ? done.to : end;
    for (let looked = 0; looked < MOST_ITEMS && model.view().unread > 0; looked += PAGE_ITEMS) {
      const begunAt = model.beginPage();
      const page = await api.readInbox({ before, limit: PAGE_ITEMS, signal });
      signal.throwIfAborted();
      model.addPage({ page, begunAt, part: "ahead" });
      if (!(await mark(page.items.filter(isUnread).map(toId), "read"))) return false;
      signal.throwIfAborted();
      const last = page.items.at(-1);
      done = undefined;
      if (!last || page.items.length < PAGE_ITEMS) return true;
      before = last.id;
      done = { from, to: before, signal };
    }
    return true;
  }

  async function markAll(signal: AbortSignal): Promise<MarkAllOutcome> {
    if (!(await mark(model.view().items.filter(isUnread).map(toId), "read"))) return "refused";
    signal.throwIfAborted();
    if (!(await markOlder(signal))) return "refused";
    if (model.view().unread === 0) return "done";
    // Either some are left or the count is out of date, because another device marked some meanwhile.
    await o.catchUp(signal);
    const { items, unread } = model.view();
    // What is on show and unread came after the call.
    return unread > items.filter(isUnread).length ? "unfinished" : "done";
  }

  async function run(): Promise<MarkAllOutcome> {
    const signal = o.signal();
    o.onBusy(true);
    try {
      return await markAll(signal);
    } catch (error) {
      if (!signal.aborted) o.onError(error);
      return "refused";
    } finally {
      underWay = undefined;
      o.onBusy(false);
    }
  }

  return () => (underWay ??= run());
}

function toId({ id }: { id: string }): string {
  return id;
}
