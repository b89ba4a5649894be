import "../client/parse-without-eval.ts";
import { MAX_DIGEST_COUNT } from "../../src/domain/digest.ts";
import type { InboxItem } from "../client/api-schemas.ts";

/** What comes within this time is one burst. */
const BURST_MS = 1_000;

/** Takes what arrives, one by one or many at once. */
export interface Burst {
  add(fresh: readonly InboxItem[]): void;
  /** A summary after quiet hours of that many notifications. */
  addSummary(count: number): void;
  stop(): void;
}

/** Rings at the beginning of a burst and puts all of it into one sentence at its end. */
export function createBurst(o: { onRing: () => void; onAnnounce: (sentence: string) => void }): Burst {
  let arrived: InboxItem[] = [];
  let summarized = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function begin(): void {
    if (timer !== undefined) return;
    o.onRing();
    timer = setTimeout(() => {
      timer = undefined;
      const sentences = [...toSummaryWords(summarized), ...toArrivalWords(arrived)];
      arrived = [];
      summarized = 0;
      o.onAnnounce(sentences.join(" "));
    }, BURST_MS);
  }

  return {
    add(fresh) {
      if (fresh.length === 0) return;
      arrived.push(...fresh);
      begin();
    },
    addSummary(count) {
      summarized += count;
      begin();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      arrived = [];
      summarized = 0;
    },
  };
}

/** "5 notifications came while it was quiet."; the server counts no further than a person would. */
export function toSummaryWords(count: number): string[] {
  if (count === 0) return [];
  if (count >= MAX_DIGEST_COUNT)
    return [`${MAX_DIGEST_COUNT} or more notifications came while it was quiet.`];
  return [`${count} ${count === 1 ? "notification" : "notifications"} came while it was quiet.`];
}

function toArrivalWords(arrived: readonly InboxItem[]): string[] {
  const [first, second] = arrived;
  if (!first) return [];
  return [second ? `${arrived.length} new notifications.` : `New notification: ${first.title}.`];
}
