/**
 * The inbox as one person's device knows it: what the server told (pages), what was pushed, and what the person just did
 * and the server has not confirmed.
 *
 * The counts are the server's, from the last page, because the server knows of notifications that were never loaded.
 * A page is a picture of the past: what happened after it was asked for is not in its counts. Therefore each entry
 * remembers as what the last page counted it (`countedAs`); the counts shown are the page's plus every difference since.
 * Time is a step counter: "after the page was asked for" is a comparison of two integers.
 */
import type { InboxItem, InboxPage, ItemState, PushedNotification, ReceiptState } from "./api-schemas.ts";
import { type Counts, higherState, toCounts } from "./item-state.ts";

/** What is on show: no archived items, newest first, each id once. */
export interface InboxView extends Counts {
  readonly items: readonly InboxItem[];
}

/** What a person just did, until the server confirms or refuses it. */
export interface Change {
  readonly ids: readonly string[];
  readonly state: ReceiptState;
}

/** The inbox's own bookkeeping, free of network and clocks. */
export interface InboxModel {
  /** Adds a pushed notification; false when its id is known already. */
  addPush(notification: PushedNotification): boolean;
  /** To be called when a page is asked for; the result goes to `addPage`. */
  beginPage(): number;
  /** Merges a page; with `startAfresh`, drops what the page does not hold and nothing later brought. */
  addPage(o: { page: InboxPage; begunAt: number; startAfresh: boolean }): void;
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
}

/** Creates an empty inbox. */
export function createInboxModel(): InboxModel {
  const entries = new Map<string, Entry>();
  let counted: Counts = { unseen: 0, unread: 0 };
  let step = 0;

  function addPageItem(item: InboxItem): void {
    const entry = entries.get(item.id);
    if (!entry) {
      entries.set(item.id, { item, unconfirmed: [], countedAs: item.state, touchedAt: step });
      return;
    }
    entry.countedAs = item.state;
    entry.item = { ...item, state: higherState(entry.item.state, item.state) };
  }

  return {
    addPush(notification) {
      step += 1;
      if (entries.has(notification.id)) return false;
      const item: InboxItem = { ...notification, state: "stored" };
      entries.set(item.id, { item, unconfirmed: [], countedAs: "absent", touchedAt: step });
      return true;
    },

    beginPage() {
      step += 1;
      return step;
    },

    addPage({ page, begunAt, startAfresh }) {
      step += 1;
      counted = { unseen: page.unseen, unread: page.unread };
      const paged = new Set(page.items.map((item) => item.id));
      for (const [id, entry] of entries) {
        if (paged.has(id) || entry.touchedAt > begunAt || entry.unconfirmed.length > 0) continue;
        if (startAfresh) entries.delete(id);
        else entry.countedAs = entry.item.state;
      }
      for (const item of page.items) addPageItem(item);
    },

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
        if (state !== "archived")
          items.push(state === entry.item.state ? entry.item : { ...entry.item, state });
      }
      // Ids begin with digits that descend with time, so ascending ids are newest first.
      items.sort((a, b) => (a.id < b.id ? -1 : 1));
      return { items, unseen: Math.max(0, unseen), unread: Math.max(0, unread) };
    },
  };
}

function toShownState(entry: Entry): ItemState {
  return entry.unconfirmed.reduce((state, change) => higherState(state, change.state), entry.item.state);
}
