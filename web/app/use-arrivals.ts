import { useEffect, useRef, useState } from "preact/hooks";
import { isUnseen } from "../client/item-state.ts";
import type { OrderBellState } from "../client/order-bell.ts";

/** What came since the page was opened: a number that grows with each arrival, and a sentence for screen readers. */
export interface Arrivals {
  readonly serial: number;
  readonly announcement: string;
}

/** Notices notifications that were not there before; what the first load brings is not news. */
export function useArrivals({ items, loaded }: OrderBellState): Arrivals {
  const knownRef = useRef<Set<string> | null>(null);
  const [arrivals, setArrivals] = useState<Arrivals>({ serial: 0, announcement: "" });
  useEffect(() => {
    if (!loaded) {
      knownRef.current = null;
      return;
    }
    const before = knownRef.current;
    knownRef.current = new Set([...(before ?? []), ...items.map((item) => item.id)]);
    const fresh = before ? items.filter((item) => isUnseen(item) && !before.has(item.id)) : [];
    const [newest] = fresh;
    if (!newest) return;
    const announcement =
      fresh.length === 1 ? `New notification: ${newest.title}` : `${fresh.length} new notifications`;
    setArrivals(({ serial }) => ({ serial: serial + 1, announcement }));
  }, [items, loaded]);
  return arrivals;
}
