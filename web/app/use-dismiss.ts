import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** While `isOpen`, calls `onDismiss` when the person presses Escape, or points or moves the focus outside the element. */
export function useDismiss(o: {
  elementRef: RefObject<HTMLElement | null>;
  isOpen: boolean;
  onDismiss: (how: "escape" | "outside") => void;
}): void {
  const { elementRef, isOpen, onDismiss } = o;
  useEffect(() => {
    if (!isOpen) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "Escape") onDismiss("escape");
    };
    const onOutside = ({ target }: Event): void => {
      if (target instanceof Node && !elementRef.current?.contains(target)) onDismiss("outside");
    };
    document.addEventListener("keydown", onKeyDown);
    document.addEventListener("pointerdown", onOutside);
    document.addEventListener("focusin", onOutside);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
      document.removeEventListener("pointerdown", onOutside);
      document.removeEventListener("focusin", onOutside);
    };
  }, [elementRef, isOpen, onDismiss]);
}
