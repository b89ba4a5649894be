import { useRef } from "preact/hooks";
import type { InboxItem } from "../client/api-schemas.ts";
import { isUnread } from "../client/item-state.ts";
import { ArchiveIcon, CheckIcon } from "./icons.tsx";
import type { InboxActions } from "./inbox-actions.ts";
import { NotificationText } from "./notification-text.tsx";
import { useSeen } from "./use-seen.ts";

/** In the open page an item scrolls past; it is seen when it stayed in view this long. */
const DWELL_MS = 2_000;

/** One notification of the inbox with its buttons; `onGone` is called when the row that had the focus goes away. */
export function InboxItemRow(props: {
  item: InboxItem;
  nowMs: number;
  actions: InboxActions;
  onGone: () => void;
}) {
  const { item, nowMs, actions, onGone } = props;
  const row = useRef<HTMLLIElement>(null);
  const archiveButton = useRef<HTMLButtonElement>(null);
  useSeen({ elementRef: row, item, dwellMs: DWELL_MS, onSeen: actions.onSeen });

  return (
    <li ref={row} class={isUnread(item) ? "item unread" : "item"} data-notification-id={item.id}>
      <NotificationText item={item} nowMs={nowMs} onOpen={() => actions.onRead([item.id])} />
      <div class="item-actions">
        {isUnread(item) && (
          <button
            type="button"
            class="icon-button"
            title="Mark as read"
            aria-label={`Mark as read: ${item.title}`}
            onClick={() => {
              // The button goes away; the focus stays in the row.
              archiveButton.current?.focus();
              actions.onRead([item.id]);
            }}
          >
            <CheckIcon />
          </button>
        )}
        <button
          type="button"
          ref={archiveButton}
          class="icon-button"
          title="Archive"
          aria-label={`Archive: ${item.title}`}
          onClick={() => {
            onGone();
            actions.onArchive([item.id]);
          }}
        >
          <ArchiveIcon />
        </button>
      </div>
    </li>
  );
}
