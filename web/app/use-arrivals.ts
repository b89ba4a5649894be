import { useEffect, useRef, useState } from "preact/hooks";
import type { InboxItem } from "../client/api-schemas.ts";
import { isUnseen } from "../client/item-state.ts";
import type { OrderBellState } from "../client/order-bell.ts";
import { type Burst, createBurst } from "./create-burst.ts";

/** What came since the page was opened: a number that grows with each burst of arrivals, and a sentence for screen readers. */
export interface Arrivals {
  readonly serial: number;
  readonly announcement: string;
}

/** What was known of the list before: its items, and beyond which of them older ones were waiting to be loaded. */
export interface KnownItems {
  readonly ids: ReadonlySet<string>;
  readonly end: string | undefined;
}

/** The unseen items that were not there before; neither the first load nor an older page brings news. */
export function findArrivals(items: readonly InboxItem[], before: KnownItems | undefined): InboxItem[] {
  if (!before) return [];
  const { ids, end } = before;
  return items.filter((item) => isUnseen(item) && !ids.has(item.id) && (end === undefined || item.id < end));
}

/** Notices notifications that were not there before, and summaries; what came silently is not noticed. */
export function useArrivals({ items, loaded, hasOlder, silent, digest }: OrderBellState): Arrivals {
  const knownRef = useRef<KnownItems | undefined>(undefined);
  const [arrivals, setArrivals] = useState<Arrivals>({ serial: 0, announcement: "" });
  const burst = useBurst(setArrivals);
  useEffect(() => {
    if (!loaded) {
      knownRef.current = undefined;
      return;
    }
    const before = knownRef.current;
    const ids = new Set([...(before?.ids ?? []), ...items.map((item) => item.id)]);
    knownRef.current = { ids, end: hasOlder ? (items.at(-1)?.id ?? before?.end) : undefined };
    burst.add(findArrivals(items, before).filter(({ id }) => !silent.has(id)));
  }, [burst, items, loaded, hasOlder, silent]);
  useEffect(() => {
    if (digest) burst.addSummary(digest.count);
  }, [burst, digest]);
  return arrivals;
}

function useBurst(setArrivals: (change: (before: Arrivals) => Arrivals) => void): Burst {
  const [burst] = useState(() =>
    createBurst({
      // The sentence goes away, so that the same one is read out again.
      onRing: () => setArrivals(({ serial }) => ({ serial: serial + 1, announcement: "" })),
      onAnnounce: (announcement) => setArrivals(({ serial }) => ({ serial, announcement })),
    }),
  );
  useEffect(() => () => burst.stop(), [burst]);
  return burst;
}
