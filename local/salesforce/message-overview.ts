/** What the sender of outbound messages tells the org's page. */
import type { MessageVerdict } from "./message-answer.ts";
import type { MessageQueue } from "./message-queue.ts";
import type { DroppedNotification } from "./message-rows.ts";

/** One attempt to send a message. */
export interface SentMessage {
  /** When it left, in UTC. */
  readonly at: string;
  /** How many notifications it held. */
  readonly notifications: number;
  readonly status: "acknowledged" | "failed";
  /** Why it failed. */
  readonly reason?: string;
  /** From its writing to its answer. */
  readonly ms: number;
}

/** Where the queue stands; lists have the newest first. */
export interface MessageOverview {
  /** Notifications that wait to be acknowledged, those under way too. */
  readonly pending: number;
  /** Messages under way. */
  readonly inFlight: number;
  /** Notifications, since the org exists. */
  readonly acknowledged: number;
  /** Notifications that were given up, since the org exists. */
  readonly dropped: number;
  /** At most 50, since the start. */
  readonly latest: readonly SentMessage[];
  /** At most 50. */
  readonly latestDropped: readonly DroppedNotification[];
  /** When the oldest one that waits was queued, in UTC. */
  readonly oldestPendingAt?: string;
}

const MOST_LATEST = 50;

/** The latest attempts, the newest first. */
export class LatestMessages {
  readonly #latest: SentMessage[] = [];

  add(verdict: MessageVerdict, notifications: number, startMs: number, endMs: number): void {
    const facts = { at: new Date(startMs).toISOString(), notifications, ms: endMs - startMs };
    this.#latest.unshift(
      verdict.acknowledged
        ? { ...facts, status: "acknowledged" }
        : { ...facts, status: "failed", reason: verdict.reason },
    );
    this.#latest.splice(MOST_LATEST);
  }

  list(): SentMessage[] {
    return [...this.#latest];
  }
}

/** Where the queue stands at this moment. */
export function toOverview(queue: MessageQueue, inFlight: number, latest: LatestMessages): MessageOverview {
  const { pending, acknowledged, dropped, latestDropped } = queue.totals;
  const oldest = queue.oldestQueuedAtMs();
  return {
    pending,
    inFlight,
    acknowledged,
    dropped,
    latest: latest.list(),
    latestDropped,
    ...(oldest === undefined ? {} : { oldestPendingAt: new Date(oldest).toISOString() }),
  };
}
