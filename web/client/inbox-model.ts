/**
 * The inbox as one person's device knows it: what the server told (pages), what was pushed, and what the person just did
 * and the server has not confirmed.
 *
 * The counts are the server's, from the last page, because the server knows of notifications that were never loaded.
 * A page is a picture of the past: what happened after it was asked for is not in its counts. Therefore each entry
 * remembers as what the last page counted it (`countedAs`); the counts shown are the page's plus every difference since.
 * Time is a step counter: "after the page was asked for" is a comparison of two integers.
 *
 * The list on show is complete down to its `end`; what is older is asked for page by page. What is known of items beyond
 * the end (another device read one, everything was marked as read) is remembered but not shown, for it would leave a hole
 * in the list. Only news is shown wherever it belongs.
 */
import type { InboxItem, InboxPage, ItemState, PushedNotification, ReceiptState } from "./api-schemas.ts";
import { type Counts, higherState, toCounts } from "./item-state.ts";

/** What is on show: no archived items, newest first, each id once. */
export interface InboxView extends Counts {
  readonly items: readonly InboxItem[];
  /** Whether the server may have items that are older than those on show. */
  readonly hasOlder: boolean;
  /** Whether the server left old rows uncounted, so that there may be more than the counts say. */
  readonly isCountCapped: boolean;
}

/**
 * What was asked for: the newest items, what has `changed` since a cursor (all of it), the items `older` than the end of
 * the list in order to show them, or items that lie `ahead` beyond the end only to know of them.
 */
export type PagePart =
  | { readonly part: "newest" | "older"; readonly limit: number }
  | { readonly part: "changed" | "ahead" };

/** What a person just did, until the server confirms or refuses it. */
export interface Change {
  readonly ids: readonly string[];
  readonly state: ReceiptState;
}

/** The inbox's own bookkeeping, free of network and clocks. */
export interface InboxModel {
  /** Adds a pushed notification; false when its id is known already. */
  addPush(notification: Omit<PushedNotification, "traceparent">): boolean;
  has(id: string): boolean;
  /** To be called when a page is asked for; the result goes to `addPage`. */
  beginPage(): number;
  /**
   * Merges a page. The newest items replace what they should hold and do not; what is older than they are is kept if
   * nothing can be missing between.
   */
  addPage(o: { page: InboxPage; begunAt: number } & PagePart): void;
  /** The id of the last item down to which the list is complete; undefined when nothing is older. */
  end(): string | undefined;
  /** Shows a change before the server knows of it. */
  apply(change: Change): void;
  /** Ends an applied change: kept when the server took it, else undone. */
  settle(change: Change, outcome: "confirmed" | "refused"): void;
  /** Forgets everything. */
  clear(): void;
  view(): InboxView;
}

interface Entry {
  item: InboxItem;
  unconfirmed: Change[];
  countedAs: ItemState | "absent";
  touchedAt: number;
  /** Never told to any device before: shown even beyond the end of the list. */
  isNews: boolean;
}

/** Creates an empty inbox. */
export function createInboxModel(): InboxModel {
  const entries = new Map<string, Entry>();
  let counted: Counts = { unseen: 0, unread: 0 };
  let countedAt = 0;
  let isCountCapped = false;
  let step = 0;
  let end: string | undefined;
  /** The newest item when the list was last known to be complete at its top. */
  let top: string | undefined;

  function addPageItem(item: InboxItem, o: { isCounted: boolean; isNews: boolean }): void {
    const entry = entries.get(item.id);
    if (!entry) {
      const { isNews } = o;
      entries.set(item.id, { item, unconfirmed: [], countedAs: item.state, touchedAt: step, isNews });
      return;
    }
    if (o.isCounted) entry.countedAs = item.state;
    entry.item = { ...item, state: higherState(entry.item.state, item.state) };
  }

  /** Down to which id a page of the newest items says everything there is; undefined: of the whole inbox. */
  function coverNewest(page: InboxPage, limit: number): string | undefined {
    const last = page.items.length < limit ? undefined : page.items.at(-1)?.id;
    const isConnected = last !== undefined && top !== undefined && last >= top;
    if (!isConnected) end = last;
    // Beyond a full page that reaches the last item known a late row may lie: the server is to be asked.
    else if (end === undefined ? [...entries.keys()].every((id) => id <= last) : end < last) end = last;
    return isConnected ? last : undefined;
  }

  return {
    addPush(notification) {
      step += 1;
      if (entries.has(notification.id)) return false;
      const item: InboxItem = { ...notification, state: "stored" };
      entries.set(item.id, { item, unconfirmed: [], countedAs: "absent", touchedAt: step, isNews: true });
      return true;
    },

    has: (id) => entries.has(id),

    beginPage() {
      step += 1;
      return step;
    },

    addPage({ page, begunAt, ...asked }) {
      step += 1;
      if (asked.part === "older" || asked.part === "ahead") {
        // Their counts are not taken: without the items that were marked meanwhile, one could not tell what is in them.
        for (const item of page.items) addPageItem(item, { isCounted: false, isNews: false });
        if (asked.part === "older") end = page.items.length < asked.limit ? undefined : page.items.at(-1)?.id;
        return;
      }
      const isNewest = asked.part === "newest";
      const reach = isNewest ? coverNewest(page, asked.limit) : undefined;
      const isCounted = begunAt > countedAt;
      if (isCounted) {
        counted = { unseen: page.unseen, unread: page.unread };
        countedAt = begunAt;
        isCountCapped = page.isCountCapped === true;
      }
      const paged = new Set(page.items.map((item) => item.id));
      // What was pushed since the page was asked for may have others below it that were not.
      const settled = [...entries].filter(([, entry]) => entry.touchedAt <= begunAt).map(([id]) => id);
      top = [...paged, ...settled].toSorted()[0];
      for (const [id, entry] of entries) {
        if (paged.has(id) || entry.touchedAt > begunAt || entry.unconfirmed.length > 0) continue;
        if (isNewest && (reach === undefined || id < reach)) entries.delete(id);
        else if (isCounted) entry.countedAs = entry.item.state;
      }
      for (const item of page.items) addPageItem(item, { isCounted, isNews: item.state === "stored" });
    },

    end: () => end,

    apply(change) {
      step += 1;
      for (const id of change.ids) entries.get(id)?.unconfirmed.push(change);
    },

    settle(change, outcome) {
      step += 1;
      for (const id of change.ids) {
        const entry = entries.get(id);
        if (!entry) continue;
        entry.unconfirmed = entry.unconfirmed.filter((other) => other !== change);
        if (outcome === "refused") continue;
        entry.item = { ...entry.item, state: higherState(entry.item.state, change.state) };
        entry.touchedAt = step;
      }
    },

    clear() {
      entries.clear();
      counted = { unseen: 0, unread: 0 };
      isCountCapped = false;
      end = undefined;
      top = undefined;
    },

    view() {
      const items: InboxItem[] = [];
      let { unseen, unread } = counted;
      for (const entry of entries.values()) {
        const state = toShownState(entry);
        const now = toCounts(state);
        const then = entry.countedAs === "absent" ? { unseen: 0, unread: 0 } : toCounts(entry.countedAs);
        unseen += now.unseen - then.unseen;
        unread += now.unread - then.unread;
        const isShown = end === undefined || entry.item.id <= end || entry.isNews;
        if (isShown && state !== "archived")
          items.push(state === entry.item.state ? entry.item : { ...entry.item, state });
      }
      // Ids begin with digits that descend with time, so ascending ids are newest first.
      items.sort((a, b) => (a.id < b.id ? -1 : 1));
      const counts = { unseen: Math.max(0, unseen), unread: Math.max(0, unread), isCountCapped };
      return { items, hasOlder: end !== undefined, ...counts };
    },
  };
}

function toShownState(entry: Entry): ItemState {
  return entry.unconfirmed.reduce((state, change) => higherState(state, change.state), entry.item.state);
}
