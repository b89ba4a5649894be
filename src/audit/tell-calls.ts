/** What was attempted, how often, and what came of it: one line for every end of a call, and one for each failed attempt. */
import type { TimelineEntry } from "../domain/audit.ts";
import { batchReportSchema } from "../domain/delivery-batch.ts";
import type { Target } from "../domain/subscription.ts";
import { ACTIVITY } from "../orchestration/names.ts";
import { findResult, type RecordedCall } from "./recorded-calls.ts";
import { readBatch } from "./recorded-deliveries.ts";
import { toCauseWords, toCountWords, toListWords, toSentence, toTargetWords } from "./timeline-words.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

/** How a call is said: `what` as `batch 1 of 2 (100 recipients)`, `done` for its result. */
export interface CallWords {
  what: string;
  kind: TimelineEntry["kind"];
  done(result: unknown): string;
  instanceId?: string;
}

/** Of more failed attempts than this, those between the first ones and the last share a line. */
const MOST_FAILURES = 5;
const FIRST_FAILURES = 2;

/** A line for each attempt that ended, and one for an attempt that is still open. */
export function tellCall({ attempts }: RecordedCall, words: CallWords): TimelineEntry[] {
  const link = words.instanceId === undefined ? {} : { instanceId: words.instanceId };
  const failures = attempts.filter(({ outcome }) => outcome === "failed").length;
  return attempts.flatMap((attempt, index): TimelineEntry[] => {
    const { at } = attempt;
    const isTold = index < FIRST_FAILURES || index >= failures - 1;
    if (attempt.outcome === "failed" && failures > MOST_FAILURES && !isTold) {
      if (index > FIRST_FAILURES) return [];
      const text = `Attempts ${index + 1} to ${failures - 1} failed too: ${words.what}.`;
      return [{ at, kind: "failure", text, ...link }];
    }
    const which = attempts.length > 1 ? ` (attempt ${index + 1})` : "";
    switch (attempt.outcome) {
      case "completed": {
        const text = `${toSentence(words.what)}${which}: ${words.done(attempt.result)}.`;
        return [{ at, kind: words.kind, text, ...link }];
      }
      case "failed": {
        const text = `Attempt ${index + 1} failed: ${words.what}. The reason: ${toCauseWords(attempt.cause)}.`;
        return [{ at, kind: "failure", text, ...link }];
      }
      case "open":
        return [{ at, kind: "wait", text: `Begun and not ended in this record: ${words.what}.`, ...link }];
    }
  });
}

/** The batches of an orchestration; `toName` says what a batch is called. */
export function tellBatches(
  { instanceId, calls }: { instanceId: string; calls: readonly RecordedCall[] },
  toName: (targets: readonly Target[]) => string,
): TimelineEntry[] {
  return calls
    .filter(({ name, input }) => name === ACTIVITY.deliverBatch && input !== undefined)
    .flatMap((call) => {
      const targets = readBatch(instanceId, call).recipients.map(({ target }) => target);
      return tellCall(call, {
        what: toName(targets),
        kind: "delivery",
        done: (result) => {
          const report = parseRecorded(batchReportSchema, result, {
            instanceId,
            what: "the report of a batch",
          });
          return toReportWords(report);
        },
      });
    });
}

/** `3 stored in the inbox, 2 handed to SignalR, 1 withheld because of quiet hours`. */
export function toReportWords(report: { stored: number; pushed: number; withheld: number }): string {
  return toListWords([
    `${report.stored} stored in the inbox`,
    `${toCountWords(report.pushed, "push", "pushes")} handed to SignalR`,
    ...(report.withheld > 0 ? [`${report.withheld} withheld because of quiet hours`] : []),
  ]);
}

/** `ada, linus and 3 more`. */
export function toPeopleWords(targets: readonly Target[], mostNames = 5): string {
  const names = targets.slice(0, mostNames).map(toTargetWords);
  const rest = targets.length - names.length;
  return toListWords(rest > 0 ? [...names, `${rest} more`] : names);
}

/** The first recorded call with this name, and its result if it went through. */
export function findCall(
  calls: readonly RecordedCall[],
  name: string,
): { call: RecordedCall | undefined; found: { result: unknown } | undefined } {
  const call = calls.find((one) => one.name === name);
  return { call, found: findResult(call) };
}
