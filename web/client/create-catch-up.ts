/** Makes the list and the counts true again with as little reading as is safe. */
import type { Api } from "./create-api.ts";
import type { InboxPage } from "./api-schemas.ts";
import type { InboxModel } from "./inbox-model.ts";

/** Reads what is new or changed since the last time, or the newest items when that is not enough. */
export interface CatchUp {
  read(signal: AbortSignal): Promise<void>;
  /** Makes the next read begin afresh. */
  forget(): void;
}

/** The most the API gives at once. */
const MOST_ITEMS = 1_000;

/** Makes a catch-up that reads pages of `limit` items, or more when more are on show; `onPage` hears when one is merged. */
export function createCatchUp(o: {
  api: Api;
  model: InboxModel;
  limit: number;
  onPage: (page: InboxPage) => void;
}): CatchUp {
  const { api, model } = o;
  let since: string | undefined;

  function end(page: InboxPage): void {
    since = page.nextSince;
    o.onPage(page);
  }

  /** Resolves to whether that was everything that changed. */
  async function readChanged(signal: AbortSignal): Promise<boolean> {
    if (since === undefined) return false;
    const begunAt = model.beginPage();
    const page = await api.readInbox({ since, limit: o.limit, signal });
    signal.throwIfAborted();
    // A full page may hide a gap behind it.
    if (page.items.length >= o.limit) return false;
    model.addPage({ page, begunAt, part: "changed" });
    end(page);
    return true;
  }

  async function readNewest(signal: AbortSignal): Promise<void> {
    // As many as are on show, so that what another device did to one of them is not missed.
    const limit = Math.min(MOST_ITEMS, Math.max(o.limit, model.view().items.length));
    const begunAt = model.beginPage();
    const page = await api.readInbox({ limit, signal });
    signal.throwIfAborted();
    model.addPage({ page, begunAt, part: "newest", limit });
    end(page);
  }

  return {
    async read(signal) {
      if (!(await readChanged(signal))) await readNewest(signal);
    },
    forget() {
      since = undefined;
    },
  };
}
