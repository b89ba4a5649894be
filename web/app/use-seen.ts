import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { InboxItem } from "../client/api-schemas.ts";
import { isUnseen } from "../client/item-state.ts";

/** Calls `onSeen` once an unseen item was in view, on a page that is looked at, for `dwellMs` without a break. */
export function useSeen(o: {
  elementRef: RefObject<HTMLElement | null>;
  item: InboxItem;
  dwellMs: number;
  onSeen: (id: string) => void;
}): void {
  const { elementRef, item, dwellMs, onSeen } = o;
  const { id } = item;
  const isPageVisible = usePageVisible();
  const isDue = isUnseen(item) && isPageVisible;
  useEffect(() => {
    if (!isDue || !elementRef.current) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        clearTimeout(timer);
        if (entry?.isIntersecting) timer = setTimeout(() => onSeen(id), dwellMs);
      },
      { threshold: 0.6 },
    );
    observer.observe(elementRef.current);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [elementRef, id, isDue, dwellMs, onSeen]);
}

function usePageVisible(): boolean {
  const [isVisible, setVisible] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const listener = (): void => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", listener);
    return () => document.removeEventListener("visibilitychange", listener);
  }, []);
  return isVisible;
}
