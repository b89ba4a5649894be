/** Adds older pages to the list, one at a time. */
import type { Api } from "./create-api.ts";
import type { InboxPage } from "./api-schemas.ts";
import type { InboxModel } from "./inbox-model.ts";

/**
 * Makes `loadOlder`, which resolves to whether the next older page, if any, is on show; a call while one is under way
 * joins it. `signal` is asked at the beginning of each; what it aborts is no error.
 */
export function createLoadOlder(o: {
  api: Api;
  model: InboxModel;
  limit: number;
  signal: () => AbortSignal;
  onPage: (page: InboxPage) => void;
  onError: (error: unknown) => void;
}): () => Promise<boolean> {
  const { api, model, limit } = o;
  let underWay: Promise<boolean> | undefined;

  async function addNextPage(signal: AbortSignal): Promise<void> {
    for (let before = model.end(); before !== undefined; before = model.end()) {
      const begunAt = model.beginPage();
      const page = await api.readInbox({ before, limit, signal });
      signal.throwIfAborted();
      // The list may have begun afresh meanwhile; then this page is not the next one.
      if (model.end() !== before) continue;
      model.addPage({ page, begunAt, part: "older", limit });
      return o.onPage(page);
    }
  }

  async function load(): Promise<boolean> {
    const signal = o.signal();
    try {
      await addNextPage(signal);
      return true;
    } catch (error) {
      if (!signal.aborted) o.onError(error);
      return false;
    } finally {
      underWay = undefined;
    }
  }

  return () => (underWay ??= load());
}
