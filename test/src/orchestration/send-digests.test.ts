import { describe, expect, it } from "vitest";
import { createForgetDigests } from "../../../src/activities/forget-digests.ts";
import { createLoadDigests } from "../../../src/activities/load-digests.ts";
import { createPushDigests } from "../../../src/activities/push-digests.ts";
import {
  digestBatchSchema,
  digestPageRequestSchema,
  type DigestReport,
  digestReportSchema,
  type DigestRun,
  LAST_DIGEST_ATTEMPT,
} from "../../../src/domain/digest.ts";
import { toNotificationId } from "../../../src/domain/notification-id.ts";
import { ACTIVITY } from "../../../src/orchestration/names.ts";
import { sendDigests } from "../../../src/orchestration/send-digests.ts";
import { openDigestsTable } from "../../../src/storage/digests-table.ts";
import { openInboxTable } from "../../../src/storage/inbox-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { driveOrchestrator, type OpenTask } from "../../support/orchestrator-driver.ts";

const storage = claimStorage();
const inbox = openInboxTable(storage);
const digests = openDigestsTable(storage);
const load = createLoadDigests({ digests });
const push = createPushDigests({ inbox });
const forget = createForgetDigests({ digests });
const WITHHELD_AT = "2025-12-31T22:10:00.000Z";

/** Something that happened to each activity: before it, instead of its result, or not at all. */
type Mishap = (name: string, run: () => Promise<unknown>) => Promise<unknown>;

/** Stores a notification for each person and notes that its push was withheld. */
async function withhold(dueMinute: string, ...userIds: string[]): Promise<void> {
  const notification = {
    id: toNotificationId(WITHHELD_AT, "aaaaaaaaaaaaaaaaaaaaaa"),
    createdAt: WITHHELD_AT,
    title: "Order 1 was created",
    body: "",
    orderId: "801000000000001AAA",
    transition: "created" as const,
    link: null,
    priority: "normal" as const,
    reasons: [{ scope: "all" }],
  };
  const rows = userIds.map((userId) => ({ target: { kind: "user" as const, userId }, notification }));
  await inbox.store(rows, "order-1");
  await digests.note(
    userIds.map((userId) => ({ userId, quietUntil: `${dueMinute}:00.000Z` })),
    WITHHELD_AT,
  );
}

/** Runs the orchestration to its end with the real activities; answers its report and who was told, in order. */
async function sendAll(dueMinute: string, o: { attempt?: number; mishap?: Mishap; refused?: string } = {}) {
  const { attempt = 1, mishap = (_, run) => run(), refused } = o;
  const told: string[] = [];
  const instances: { instanceId: string; events: number }[] = [];
  const runActivity = async ({ name, input }: OpenTask): Promise<unknown> => {
    if (name === ACTIVITY.loadDigests) return load(digestPageRequestSchema.parse(input));
    if (name === ACTIVITY.forgetDigests) return forget(digestBatchSchema.parse(input));
    const { report, messages } = await push(digestBatchSchema.parse(input));
    for (const message of messages) {
      // As an output binding does: in order, and those before a refusal are sent.
      if ("userId" in message && message.userId === refused) throw new Error("400 from SignalR");
      if ("userId" in message) told.push(message.userId);
    }
    return report;
  };
  const runInstance = async (instanceId: string, input: unknown): Promise<DigestReport> => {
    const run = driveOrchestrator(sendDigests, input, instanceId);
    /** A retry has no action of its own: first its timer is open, then the activity again. */
    const again = new Map<number, { task: OpenTask; isTimer: boolean }>();
    let events = 0;
    let standing = await run.start();
    while (!standing.isDone) {
      const [next] = standing.open;
      if (next === undefined) throw new Error("It waits for nothing.");
      const retry = again.get(next.id);
      const task: OpenTask = { ...(retry?.task ?? next), id: next.id };
      const before = new Set(standing.open.map(({ id }) => id));
      let isFailed = false;
      if (retry?.isTimer) standing = await run.post(run.fired(task));
      else if (task.kind === "subOrchestration") {
        const { continued } = task.input as DigestRun;
        const childId = `${continued?.rootInstanceId}:p${continued?.page}`;
        standing = await run.post(run.completed(task, await runInstance(childId, task.input)));
      } else {
        const result = await mishap(String(task.name), () => runActivity(task)).then(
          (output) => run.completed(task, output),
          (error: unknown) => run.failed(task, String(error)),
        );
        isFailed = "Reason" in result;
        standing = await run.post(result);
      }
      // OrchestratorStarted, what was scheduled, how it ended, OrchestratorCompleted.
      events += 4;
      for (const { id, kind } of standing.open) {
        if (kind === "retryTimer" && !before.has(id)) again.set(id, { task, isTimer: isFailed });
      }
    }
    instances.push({ instanceId, events });
    return digestReportSchema.parse(standing.output);
  };
  const report = await runInstance("digests-1", { dueMinute, attempt });
  return { report, told, instances };
}

const countRows = async (dueMinute: string) =>
  (await digests.readPage({ dueMinute, after: null, limit: 1_000 })).digests.length;

/** Runs the named activity to its end, loses its result the first time, and so has it run again. */
function loseFirstResult(victim: string): Mishap {
  let isFirst = true;
  return async (name, run) => {
    const result = await run();
    if (name !== victim || !isFirst) return result;
    isFirst = false;
    throw new Error("the worker died");
  };
}

describe("sendDigests", () => {
  it("tells everyone once and forgets them", async () => {
    await withhold("2026-01-01T07:00", "ada", "grace");
    const { report, told } = await sendAll("2026-01-01T07:00");
    expect(report).toEqual({ pushed: 2, skipped: 0, failed: 0 });
    expect(told.toSorted()).toEqual(["ada", "grace"]);
    expect(await countRows("2026-01-01T07:00")).toBe(0);
  });

  it.each([
    [ACTIVITY.loadDigests, 1],
    [ACTIVITY.pushDigests, 2],
    [ACTIVITY.forgetDigests, 1],
  ])("loses nobody when %s ends but its result is lost; each is told %i times", async (victim, times) => {
    const dueMinute = `2026-02-01T07:0${[...Object.values(ACTIVITY)].indexOf(victim) % 10}`;
    await withhold(dueMinute, "ada", "grace");
    const { report, told } = await sendAll(dueMinute, { mishap: loseFirstResult(victim) });
    expect(report).toEqual({ pushed: 2, skipped: 0, failed: 0 });
    expect(told.filter((one) => one === "ada")).toHaveLength(times);
    expect(told.filter((one) => one === "grace")).toHaveLength(times);
    expect(await countRows(dueMinute)).toBe(0);
  });

  it("keeps for the next run whoever gets something more between the count and the forgetting", async () => {
    await withhold("2026-03-01T07:00", "ada", "grace");
    const mishap: Mishap = async (name, run) => {
      if (name === ACTIVITY.forgetDigests) await withhold("2026-03-01T07:00", "ada");
      return run();
    };
    await sendAll("2026-03-01T07:00", { mishap });
    expect(await countRows("2026-03-01T07:00")).toBe(1);
    const { told } = await sendAll("2026-03-01T07:00");
    expect(told).toEqual(["ada"]);
    expect(await countRows("2026-03-01T07:00")).toBe(0);
  });

  it("forgets nobody whom it could not tell, and says why", async () => {
    await withhold("2026-04-01T07:00", "ada", "grace");
    const mishap: Mishap = async (name, run) => {
      if (name === ACTIVITY.pushDigests) throw new Error("SignalR is away");
      return run();
    };
    const { report, told } = await sendAll("2026-04-01T07:00", { mishap });
    expect(report).toMatchObject({ pushed: 0, failed: 2, cause: expect.stringContaining("SignalR is away") });
    expect(told).toEqual([]);
    expect(await countRows("2026-04-01T07:00")).toBe(2);
  });

  it("counts as failed whom it told but could not forget: they are told once more", async () => {
    await withhold("2026-05-01T07:00", "ada");
    const mishap: Mishap = async (name, run) => {
      if (name === ACTIVITY.forgetDigests) throw new Error("tables are away");
      return run();
    };
    const { report } = await sendAll("2026-05-01T07:00", { mishap });
    expect(report).toMatchObject({ pushed: 1, failed: 1 });
    expect((await sendAll("2026-05-01T07:00")).told).toEqual(["ada"]);
  });

  it("reaches everyone else in three runs when SignalR refuses one, who is given up after the last", async () => {
    const people = Array.from({ length: 30 }, (_, index) => `person-${index}`);
    await withhold("2026-06-01T07:00", ...people);
    const told = new Set<string>();
    for (const attempt of [1, 2, 3]) {
      const run = await sendAll("2026-06-01T07:00", { attempt, refused: "person-17" });
      for (const one of run.told) told.add(one);
    }
    expect([...people].filter((one) => !told.has(one))).toEqual(["person-17"]);
    expect(await countRows("2026-06-01T07:00")).toBe(1);
    const last = await sendAll("2026-06-01T07:00", { attempt: LAST_DIGEST_ATTEMPT, refused: "person-17" });
    expect(last.report).toMatchObject({ pushed: 0, failed: 1 });
    expect(await countRows("2026-06-01T07:00")).toBe(0);
  });

  it("goes on in an instance of its own after 100 batches, each with a bounded history", async () => {
    const people = Array.from({ length: 105 }, (_, index) => `person-${index}`);
    await withhold("2026-07-01T07:00", ...people);
    const { report, told, instances } = await sendAll("2026-07-01T07:00", { attempt: 3 });
    expect(report).toEqual({ pushed: 105, skipped: 0, failed: 0 });
    expect(told.toSorted()).toEqual(people.toSorted());
    expect(instances.map(({ instanceId }) => instanceId)).toEqual(["digests-1:p2", "digests-1"]);
    expect(Math.max(...instances.map(({ events }) => events))).toBeLessThan(1_000);
    expect(await countRows("2026-07-01T07:00")).toBe(0);
  });
});
