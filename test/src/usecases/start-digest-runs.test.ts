import { describe, expect, it } from "vitest";
import type { DigestRun } from "../../../src/domain/digest.ts";
import { toDigestsInstanceId } from "../../../src/orchestration/names.ts";
import {
  createStartDigestRuns,
  type DigestRuns,
  type DigestRunStatus,
} from "../../../src/usecases/start-digest-runs.ts";

const DUE = "2026-11-22T07:00";
const FIRST = "digests-2026-11-22T07-00";
const NO_FAILURE = { pushed: 1, skipped: 0, failed: 0 };

/** A task hub that refuses to start what runs, and would replace what is over; and a clock in minutes after DUE. */
function createHub(dueMinutes: readonly string[] = [DUE]) {
  const known = new Map<string, DigestRunStatus>();
  const started: { instanceId: string; run: DigestRun }[] = [];
  const asked: string[] = [];
  let minutes = 0;
  const now = () => new Date(Date.parse(`${DUE}:00Z`) + minutes * 60_000);
  const runs: DigestRuns = {
    find: async (instanceId) => known.get(instanceId),
    async start(instanceId, run) {
      if (known.has(instanceId)) throw new Error(`${instanceId} would be started again`);
      started.push({ instanceId, run });
      known.set(instanceId, { isOver: false, updatedAt: now(), attempt: run.attempt });
    },
  };
  const digests = {
    async listDueMinutes(until: string) {
      asked.push(until);
      return dueMinutes.filter((one) => one <= until);
    },
  };
  const startDigestRuns = createStartDigestRuns({ digests, toInstanceId: toDigestsInstanceId, now });
  return {
    runs,
    started,
    asked,
    tick: (over = runs) => startDigestRuns(over),
    wait(more: number) {
      minutes += more;
    },
    end(instanceId: string, report?: DigestRunStatus["report"]) {
      const status = known.get(instanceId);
      if (status === undefined) throw new Error(`${instanceId} was never started`);
      known.set(instanceId, { ...status, isOver: true, updatedAt: now(), ...(report ? { report } : {}) });
    },
  };
}

describe("startDigestRuns", () => {
  it("asks once and starts nothing when nothing is due", async () => {
    const hub = createHub(["2026-11-22T07:01"]);
    await hub.tick();
    expect(hub.asked).toEqual([DUE]);
    expect(hub.started).toEqual([]);
  });

  it("starts one run for each due minute", async () => {
    const hub = createHub(["2026-11-22T06:30", DUE]);
    await hub.tick();
    expect(hub.started.map(({ instanceId }) => instanceId)).toEqual(["digests-2026-11-22T06-30", FIRST]);
  });

  it("starts no second run while one runs", async () => {
    const hub = createHub();
    await hub.tick();
    hub.wait(30);
    await hub.tick();
    expect(hub.started).toHaveLength(1);
  });

  it("gives rows that came after a run was over a run of their own, and leaves the finished ones alone", async () => {
    const hub = createHub();
    for (const instanceId of [FIRST, `${FIRST}:r2`, `${FIRST}:r3`]) {
      await hub.tick();
      hub.end(instanceId, NO_FAILURE);
    }
    expect(hub.started).toEqual([
      { instanceId: FIRST, run: { dueMinute: DUE, attempt: 1 } },
      { instanceId: `${FIRST}:r2`, run: { dueMinute: DUE, attempt: 1 } },
      { instanceId: `${FIRST}:r3`, run: { dueMinute: DUE, attempt: 1 } },
    ]);
  });

  it.each([
    ["left somebody unreached", { pushed: 0, skipped: 0, failed: 1 }] as const,
    ["failed", undefined],
  ])(
    "waits longer and longer after runs that %s, and starts afresh after one that did not",
    async (_, report) => {
      const hub = createHub();
      await hub.tick();
      hub.end(FIRST, report);
      hub.wait(1);
      await hub.tick();
      expect(hub.started).toHaveLength(1);
      hub.wait(1);
      await hub.tick();
      expect(hub.started.at(-1)?.run.attempt).toBe(2);
      hub.end(`${FIRST}:r2`, report);
      hub.wait(3);
      await hub.tick();
      expect(hub.started).toHaveLength(2);
      hub.wait(1);
      await hub.tick();
      expect(hub.started.at(-1)?.run.attempt).toBe(3);
      hub.end(`${FIRST}:r3`, NO_FAILURE);
      await hub.tick();
      expect(hub.started.at(-1)).toEqual({ instanceId: `${FIRST}:r4`, run: { dueMinute: DUE, attempt: 1 } });
    },
  );

  it("takes it for done when another starter was first", async () => {
    const hub = createHub();
    let isFirst = true;
    await hub.tick({
      ...hub.runs,
      async find(instanceId) {
        const found = await hub.runs.find(instanceId);
        if (isFirst) await hub.runs.start(FIRST, { dueMinute: DUE, attempt: 1 });
        isFirst = false;
        return found;
      },
    });
    expect(hub.started).toHaveLength(1);
  });

  it("starts the others when one cannot be started, and fails at the end", async () => {
    const hub = createHub(["2026-11-22T06:30", DUE]);
    const broken: DigestRuns = {
      ...hub.runs,
      async start(instanceId, run) {
        if (instanceId !== FIRST) throw new Error("no task hub");
        await hub.runs.start(instanceId, run);
      },
    };
    await expect(hub.tick(broken)).rejects.toThrow("Some summaries could not be started.");
    expect(hub.started.map(({ instanceId }) => instanceId)).toEqual([FIRST]);
  });
});
