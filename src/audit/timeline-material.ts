/** What a timeline is told from: the record of the orchestration, and what became known elsewhere since. */
import { ENDED_STATUSES } from "../domain/ended-status.ts";
import type { DeadLetter } from "../domain/dead-letter.ts";
import type { NotTold, RecordSource, Timeline, TimelineEntry, Told } from "../domain/audit.ts";
import type { ReceiptTimes } from "../domain/receipt.ts";
import type { RecordedCall } from "./recorded-calls.ts";
import type { RecordedOrchestration } from "./recorded-orchestration.ts";
import { toInstant } from "./timeline-words.ts";

/** Everything beyond the record itself; empty when nothing is known. */
export interface Since {
  /** What people's clients said about the notification, by user id; who has no inbox row (any more) is not in it. */
  receipts: ReadonlyMap<string, ReceiptTimes>;
  /** The dead letters of the notification. */
  letters: readonly DeadLetter[];
  /** The record of the escalation that this orchestration started. */
  escalation: RecordedOrchestration | undefined;
  /** When the ledger first heard of the change. */
  recordedAt: string | undefined;
}

/** Nothing beyond the record. */
export const NOTHING_SINCE: Since = {
  receipts: new Map(),
  letters: [],
  escalation: undefined,
  recordedAt: undefined,
};

/** The record, read for telling. */
export interface Material {
  record: RecordedOrchestration;
  source: RecordSource;
  calls: readonly RecordedCall[];
  since: Since;
}

/** What one kind of orchestration has to tell; `summary` says in a sentence what came of it. */
export interface Story {
  orderId: string | null;
  notificationId: string | null;
  change: Timeline["change"];
  transition: Timeline["transition"];
  transitionText: string | null;
  summary: string;
  entries: TimelineEntry[];
  told: Told[];
  notTold: NotTold[];
}

/** A story about no order. */
export const NO_STORY: Story = {
  orderId: null,
  notificationId: null,
  change: null,
  transition: null,
  transitionText: null,
  summary: "",
  entries: [],
  told: [],
  notTold: [],
};

/** False while it runs, waits to begin or is halted. */
export function hasEnded({ runtimeStatus }: Pick<RecordedOrchestration, "runtimeStatus">): boolean {
  return ENDED_STATUSES.has(runtimeStatus);
}

/** When it ended; null while it has not. The status itself knows whole seconds only. */
export function findEnd(record: RecordedOrchestration): string | null {
  if (!hasEnded(record)) return null;
  const end = record.historyEvents?.findLast(
    ({ EventType }) => EventType === "ExecutionCompleted" || EventType === "ExecutionTerminated",
  );
  return toInstant(end?.Timestamp ?? record.lastUpdatedTime);
}
