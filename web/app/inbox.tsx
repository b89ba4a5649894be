import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { isUnread } from "../client/item-state.ts";
import type { OrderBellState } from "../client/order-bell.ts";
import type { InboxActions } from "./inbox-actions.ts";
import { type Filter, InboxEmpty, InboxFailed, InboxSkeleton } from "./inbox-states.tsx";
import { InboxItemRow } from "./inbox-item-row.tsx";
import { OlderButton } from "./older-button.tsx";
import { ReadAllButton } from "./read-all-button.tsx";
import { useNow } from "./use-now.ts";

/** The main column: everything that was told to this person and is not put away. */
export function Inbox(props: {
  state: OrderBellState;
  actions: InboxActions;
  onRetry: () => void;
  /** Stands between the heading and the list. */
  children?: ComponentChildren;
}) {
  const { state, actions, onRetry, children } = props;
  const [filter, setFilter] = useState<Filter>("all");
  const heading = useRef<HTMLHeadingElement>(null);
  const toHeading = (): void => heading.current?.focus();

  return (
    <section class="inbox" id="inbox" aria-labelledby="inbox-title">
      <div class="section-head">
        <h1 id="inbox-title" ref={heading} tabIndex={-1}>
          Inbox
        </h1>
        <ReadAllButton state={state} actions={actions} onGone={toHeading} />
        <fieldset class="filter">
          <legend class="visually-hidden">Show</legend>
          <FilterButton isOn={filter === "all"} onClick={() => setFilter("all")}>
            All
          </FilterButton>
          <FilterButton isOn={filter === "unread"} onClick={() => setFilter("unread")}>
            {state.unread > 0 ? `Unread ${state.unread}${state.isCountCapped ? "+" : ""}` : "Unread"}
          </FilterButton>
        </fieldset>
      </div>
      {children}
      <InboxBody state={state} filter={filter} actions={actions} onRetry={onRetry} onFocusGone={toHeading} />
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
  filter: Filter;
  actions: InboxActions;
  onRetry: () => void;
  onFocusGone: () => void;
}) {
  const { state, filter, actions, onRetry, onFocusGone } = props;
  const nowMs = useNow();
  const list = useRef<HTMLUListElement>(null);
  if (!state.loaded) {
    return state.problem ? <InboxFailed problem={state.problem} onRetry={onRetry} /> : <InboxSkeleton />;
  }
  const isWanted = filter === "all" ? () => true : isUnread;
  const items = state.items.filter(isWanted);
  const mayHaveUnread = state.isCountCapped || state.unread > items.length;
  const hasOlder = state.hasOlder && (filter === "all" || mayHaveUnread);
  return (
    <>
      {items.length === 0 && (
        <InboxEmpty filter={filter} hasItems={state.items.length > 0} hasOlder={hasOlder} />
      )}
      {items.length > 0 && (
        <ul class="card items" ref={list}>
          {items.map((item) => (
            <InboxItemRow key={item.id} item={item} nowMs={nowMs} actions={actions} onGone={onFocusGone} />
          ))}
        </ul>
      )}
      {hasOlder && (
        <OlderButton listRef={list} onOlder={() => actions.onOlder(isWanted)} onGone={onFocusGone} />
      )}
    </>
  );
}
