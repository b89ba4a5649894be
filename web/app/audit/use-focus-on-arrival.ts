import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A ref for a heading that takes the focus when it appears, so that one who cannot see the page hears where one is. */
export function useFocusOnArrival(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return heading;
}
