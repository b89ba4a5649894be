import type { OrderBell } from "../client/order-bell.ts";

const COLLECT_MS = 150;

/**
 * Collects notifications that come into view and marks them seen together.
 *
 * What the server refused comes into view again at once, because the mark is undone; it is not tried again until the
 * person has looked away and back.
 */
export function createSeenBatch(bell: Pick<OrderBell, "markSeen">): (id: string) => void {
  const refused = new Set<string>();
  let waiting: string[] = [];
  document.addEventListener("visibilitychange", () => refused.clear());

  async function flush(): Promise<void> {
    const ids = waiting;
    waiting = [];
    if (!(await bell.markSeen(ids))) for (const id of ids) refused.add(id);
  }

  return (id) => {
    if (refused.has(id)) return;
    if (waiting.length === 0) setTimeout(() => void flush(), COLLECT_MS);
    waiting.push(id);
  };
}
