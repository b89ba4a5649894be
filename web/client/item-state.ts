/** The ladder a notification climbs, and what each rung means for the two counts. */
import type { InboxItem, ItemState } from "./api-schemas.ts";

const LADDER: readonly ItemState[] = ["stored", "received", "seen", "read", "archived"];

/** How many notifications the person has not laid eyes on, and how many they have not opened. */
export interface Counts {
  unseen: number;
  unread: number;
}

/** The higher of two states: states only climb. */
export function higherState(a: ItemState, b: ItemState): ItemState {
  return LADDER.indexOf(a) >= LADDER.indexOf(b) ? a : b;
}

/** What one notification in this state adds to the counts. */
export function toCounts(state: ItemState): Counts {
  switch (state) {
    case "stored":
    case "received":
      return { unseen: 1, unread: 1 };
    case "seen":
      return { unseen: 0, unread: 1 };
    case "read":
    case "archived":
      return { unseen: 0, unread: 0 };
  }
}

/** Whether the person has not laid eyes on it yet. */
export function isUnseen(item: InboxItem): boolean {
  return toCounts(item.state).unseen === 1;
}

/** Whether the person has not opened it yet. */
export function isUnread(item: InboxItem): boolean {
  return toCounts(item.state).unread === 1;
}
