import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";

/**
 * Shows older notifications under the list. The focus moves on to the first of them, for that is where one reads on and
 * the button may be gone; whoever moved the focus elsewhere meanwhile keeps it there.
 */
export function OlderButton(props: {
  listRef: RefObject<HTMLElement | null>;
  onOlder: () => Promise<void>;
  /** Called when the button goes away and there is nothing to read on. */
  onGone: () => void;
}) {
  const { listRef, onOlder, onGone } = props;
  const [isLoading, setLoading] = useState(false);
  const button = useRef<HTMLButtonElement>(null);

  async function load(): Promise<void> {
    if (isLoading) return;
    const last = listRef.current?.lastElementChild;
    setLoading(true);
    await onOlder();
    setLoading(false);
    requestAnimationFrame(() => {
      const { activeElement } = document;
      if (activeElement !== document.body && activeElement !== button.current) return;
      const next = last ? last.nextElementSibling : listRef.current?.firstElementChild;
      if (next instanceof HTMLElement) focusRow(next);
      else if (!button.current) onGone();
    });
  }

  return (
    <div class="older">
      <button
        type="button"
        ref={button}
        class="quiet-button"
        data-testid="older"
        aria-disabled={isLoading}
        onClick={() => void load()}
      >
        {isLoading ? "Loading older…" : "Show older"}
      </button>
      <output class="visually-hidden">{isLoading ? "Loading older notifications" : ""}</output>
    </div>
  );
}

/** Only this row can take the focus: one that could anywhere would take it at every click. */
function focusRow(row: HTMLElement): void {
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
}
