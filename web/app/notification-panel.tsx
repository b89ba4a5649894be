import { useEffect, useRef } from "preact/hooks";
import { isUnread } from "../client/item-state.ts";
import type { OrderBellState } from "../client/order-bell.ts";
import type { InboxActions } from "./inbox-actions.ts";
import { NotificationText } from "./notification-text.tsx";
import { ReadAllButton } from "./read-all-button.tsx";
import { useNow } from "./use-now.ts";
import { useSeen } from "./use-seen.ts";

const SHOWN_ITEMS = 8;

/** What opens under the bell: the newest notifications. Looking at them here counts as seeing them. */
export function NotificationPanel(props: {
  state: OrderBellState;
  actions: InboxActions;
  onClose: () => void;
}) {
  const { state, actions, onClose } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const nowMs = useNow();
  const newest = state.items.slice(0, SHOWN_ITEMS);
  useEffect(() => heading.current?.focus(), []);

  return (
    <dialog open class="panel" id="bell-panel" aria-labelledby="bell-panel-title">
      <div class="panel-head">
        <h2 id="bell-panel-title" ref={heading} tabIndex={-1}>
          Notifications
        </h2>
        <ReadAllButton state={state} actions={actions} onGone={() => heading.current?.focus()} />
      </div>
      {newest.length === 0 && (
        <p class="panel-empty">{state.loaded ? "Nothing yet." : "Nothing could be loaded yet."}</p>
      )}
      <ul class="panel-list">
        {newest.map((item) => (
          <PanelItem key={item.id} item={item} nowMs={nowMs} actions={actions} />
        ))}
      </ul>
      <a class="panel-foot" href="#inbox" onClick={onClose}>
        Go to the inbox
      </a>
    </dialog>
  );
}

function PanelItem(props: { item: OrderBellState["items"][number]; nowMs: number; actions: InboxActions }) {
  const { item, nowMs, actions } = props;
  const row = useRef<HTMLLIElement>(null);
  useSeen({ elementRef: row, item, dwellMs: 0, onSeen: actions.onSeen });
  return (
    <li ref={row} class={isUnread(item) ? "item unread" : "item"}>
      <NotificationText item={item} nowMs={nowMs} onOpen={() => actions.onRead([item.id])} />
    </li>
  );
}
