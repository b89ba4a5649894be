import type { OrderBellState } from "../client/order-bell.ts";
import type { InboxActions } from "./inbox-actions.ts";

/** Marks everything as read; while that takes long, how far it is. `onGone` is called before the button goes away. */
export function ReadAllButton(props: { state: OrderBellState; actions: InboxActions; onGone: () => void }) {
  const { state, actions, onGone } = props;
  if (state.isMarkingAll) {
    return (
      <output class="progress">
        {state.unread > 0 ? `Marking as read… ${state.unread} left` : "Marking as read…"}
      </output>
    );
  }
  if (state.unread === 0) return null;
  return (
    <button
      type="button"
      class="link-button"
      onClick={() => {
        onGone();
        actions.onReadAll();
      }}
    >
      Mark all as read
    </button>
  );
}
