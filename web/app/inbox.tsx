import { useRef, useState } from "preact/hooks";
import { isUnread } from "../client/item-state.ts";
import type { OrderBellState } from "../client/order-bell.ts";
import type { InboxActions } from "./inbox-actions.ts";
import { InboxEmpty, InboxFailed, InboxSkeleton } from "./inbox-states.tsx";
import { InboxItemRow } from "./inbox-item-row.tsx";
import { useNow } from "./use-now.ts";

type Filter = "all" | "unread";

/** The main column: everything that was told to this person and is not put away. */
export function Inbox(props: { state: OrderBellState; actions: InboxActions; onRetry: () => void }) {
  const { state, actions, onRetry } = props;
  const [filter, setFilter] = useState<Filter>("all");
  const heading = useRef<HTMLHeadingElement>(null);
  const unread = state.items.filter(isUnread);

  return (
    <section class="inbox" id="inbox" aria-labelledby="inbox-title">
      <div class="section-head">
        <h1 id="inbox-title" ref={heading} tabIndex={-1}>
          Inbox
        </h1>
        {unread.length > 0 && (
          <button
            type="button"
            class="link-button"
            onClick={() => {
              actions.onRead(unread.map((item) => item.id));
              heading.current?.focus();
            }}
          >
            Mark all as read
          </button>
        )}
        <fieldset class="filter">
          <legend class="visually-hidden">Show</legend>
          <FilterButton isOn={filter === "all"} onClick={() => setFilter("all")}>
            All
          </FilterButton>
          <FilterButton isOn={filter === "unread"} onClick={() => setFilter("unread")}>
            {state.unread > 0 ? `Unread ${state.unread}` : "Unread"}
          </FilterButton>
        </fieldset>
      </div>
      <InboxBody
        state={state}
        items={filter === "all" ? state.items : unread}
        actions={actions}
        onRetry={onRetry}
        onItemGone={() => heading.current?.focus()}
      />
    </section>
  );
}

function FilterButton(props: { isOn: boolean; onClick: () => void; children: string }) {
  return (
    <button type="button" aria-pressed={props.isOn} onClick={props.onClick}>
      {props.children}
    </button>
  );
}

function InboxBody(props: {
  state: OrderBellState;
  items: OrderBellState["items"];
  actions: InboxActions;
  onRetry: () => void;
  onItemGone: () => void;
}) {
  const { state, items, actions, onRetry, onItemGone } = props;
  const nowMs = useNow();
  if (!state.loaded) {
    return state.problem ? <InboxFailed problem={state.problem} onRetry={onRetry} /> : <InboxSkeleton />;
  }
  if (items.length === 0) return <InboxEmpty hasItems={state.items.length > 0} />;
  return (
    <ul class="card items">
      {items.map((item) => (
        <InboxItemRow key={item.id} item={item} nowMs={nowMs} actions={actions} onGone={onItemGone} />
      ))}
    </ul>
  );
}
