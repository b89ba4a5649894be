import { useCallback, useRef, useState } from "preact/hooks";
import type { OrderBellState } from "../client/order-bell.ts";
import { BellIcon } from "./icons.tsx";
import type { InboxActions } from "./inbox-actions.ts";
import { NotificationPanel } from "./notification-panel.tsx";
import { useDismiss } from "./use-dismiss.ts";

/** The bell button with the number of unseen notifications, and the panel it opens. */
export function Bell(props: { state: OrderBellState; actions: InboxActions; ringing: number }) {
  const { state, actions, ringing } = props;
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const onDismiss = useCallback((how: "escape" | "outside") => {
    setOpen(false);
    if (how === "escape") button.current?.focus();
  }, []);
  useDismiss({ elementRef: place, isOpen, onDismiss });

  return (
    <div class="bell" ref={place}>
      <button
        type="button"
        ref={button}
        class="round-button bell-button"
        data-testid="bell"
        aria-label={state.unseen > 0 ? `Notifications, ${state.unseen} unseen` : "Notifications"}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls="bell-panel"
        onClick={() => setOpen(!isOpen)}
      >
        <BellIcon key={ringing} ringing={ringing > 0} />
        {state.unseen > 0 && (
          <span class="badge" data-testid="unseen" aria-hidden="true">
            {state.unseen > 99 ? "99+" : state.unseen}
          </span>
        )}
      </button>
      {isOpen && <NotificationPanel state={state} actions={actions} onClose={() => setOpen(false)} />}
    </div>
  );
}
