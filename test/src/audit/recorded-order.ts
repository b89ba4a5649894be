/** Records of order changes as the status API tells them, made by running the orchestrators themselves. */
import { ACTIVITY, ORCHESTRATION } from "../../../src/orchestration/names.ts";
import type { RecordReader } from "../../../src/audit/recorded-orchestration.ts";
import type { OrderChange } from "../../../src/domain/order-change.ts";
import type { Subscription } from "../../../src/domain/subscription.ts";
import type { Transition } from "../../../src/domain/transition.ts";
import { notifyAudiencePage } from "../../../src/orchestration/notify-audience-page.ts";
import { notifyOrderChange } from "../../../src/orchestration/notify-order-change.ts";
import { type Call, runOrchestrator } from "../../support/run-orchestrator.ts";

export const NEWS: Transition = {
  outcome: "news",
  kinds: ["activated", "statusChanged"],
  changes: [],
  before: "known",
  uncertain: false,
};
const AT = "2026-11-22T10:00:00.000Z";

/** What was recorded of one order change; `pages` are the rows that each page was decided over. */
export type OrderToRecord = {
  instanceId: string;
  change: OrderChange;
  pages: Subscription[][];
  transition?: Transition;
};

/** The root first, then its pages. */
export function recordOrder({ instanceId, change, pages, transition = NEWS }: OrderToRecord) {
  const records = new Map<string, unknown>();
  const toPage = (index: number) => ({
    subscriptions: pages[index] ?? [],
    next: index + 1 < pages.length ? String(index + 1) : null,
  });
  const record = (
    id: string,
    name: string,
    handler: Parameters<typeof runOrchestrator>[0],
    input: unknown,
  ): unknown => {
    const events: object[] = [
      { EventType: "ExecutionStarted", FunctionName: name, Input: JSON.stringify(input), Timestamp: AT },
    ];
    const answer = (call: Call): unknown => {
      const { name: called, input: given } = call;
      const isActivity = call.instanceId === undefined;
      const result = toResult(call);
      const kind = isActivity ? "TaskCompleted" : "SubOrchestrationInstanceCompleted";
      const text = JSON.stringify(isActivity ? [given] : given);
      events.push({
        EventType: kind,
        FunctionName: called,
        Input: text,
        Result: result,
        ScheduledTime: AT,
        Timestamp: AT,
      });
      return result;
    };
    const toResult = ({ name: called, input: given, instanceId: child }: Call): unknown => {
      if (called === ACTIVITY.claimChange)
        return {
          transition,
          decidedAt: AT,
          link: null,
          codeVersion: "then",
          firstPage: transition.outcome === "silent" ? null : toPage(0),
        };
      if (called === ACTIVITY.loadAudience) return toPage(Number((given as { after: string }).after));
      if (called === ACTIVITY.deliverBatch) return { stored: 0, pushed: 0, withheld: 0 };
      if (called === ACTIVITY.startEscalation) return { started: true };
      return record(child ?? "", called, notifyAudiencePage, given);
    };
    const { output } = runOrchestrator(handler, input, answer, id);
    const answerOfApi = {
      name,
      instanceId: id,
      runtimeStatus: "Completed",
      input,
      output,
      historyEvents: events,
    };
    records.set(id, JSON.parse(JSON.stringify(answerOfApi)));
    return output;
  };
  record(instanceId, ORCHESTRATION.notifyOrderChange, notifyOrderChange, { change });
  return records;
}

/** The id of the n-th order change of a test. */
export function toRootId(number: number): string {
  return `order-801000000000001AAA-${String(number).padStart(22, "a")}`;
}

/** Reads what was recorded. */
export function readFrom(records: ReadonlyMap<string, unknown>): RecordReader {
  return {
    read(instanceId) {
      const record = records.get(instanceId);
      return Promise.resolve(record === undefined ? undefined : { record, source: "history" });
    },
  };
}
