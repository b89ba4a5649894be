/** Beside all-kinds.test.ts in a file of its own, so that both run at the same time. */
import { expect, it } from "vitest";
import { toInboxBucket } from "../../src/domain/inbox-bucket.ts";
import { parseRecordedOrchestration } from "../../src/audit/recorded-orchestration.ts";
import { ACTIVITY } from "../../src/orchestration/names.ts";
import { seededRandom } from "../local/durable/seeded-random.ts";
import { auditAllKinds, findSurprises } from "./audit-all-kinds.ts";

it("reproduces them when activities end in any order, run twice, and every event has a turn of its own", async () => {
  const { audited, records } = await auditAllKinds({
    count: 1_000,
    seed: 20_261_123,
    faults: {
      activityDelayMs: 40,
      duplicateActivities: 0.1,
      oneEventPerTurn: true,
      shuffleCompletions: true,
      random: seededRandom(20_261_122),
    },
  });
  expect(audited).toHaveLength(1_000);
  expect(findSurprises(audited)).toEqual([]);
  // Batches are made in the order of the inbox buckets; if none ended in another order, nothing was shuffled.
  expect([...records].filter(([id, record]) => isShuffled(id, record)).length).toBeGreaterThan(10);
}, 300_000);

function isShuffled(instanceId: string, record: unknown): boolean {
  const { historyEvents } = parseRecordedOrchestration(record, instanceId);
  const buckets = (historyEvents ?? []).flatMap((event) => {
    if (event.EventType !== "TaskCompleted" || event.FunctionName !== ACTIVITY.deliverBatch) return [];
    const userId = /"recipients":\[\{"target":\{"kind":"user","userId":"([^"]+)"/.exec(
      event.Input ?? "",
    )?.[1];
    return userId === undefined ? [] : [toInboxBucket(userId)];
  });
  return buckets.some((bucket, index) => bucket < (buckets[index - 1] ?? 0));
}
