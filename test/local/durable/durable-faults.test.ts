import "./app-functions.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as df from "durable-functions";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  COMMIT_POINTS,
  FaultInjection,
  StorageFaultError,
  type CommitPoint,
  type DurableFaults,
} from "../../../local/durable/durable-faults.ts";
import { EventType } from "../../../local/durable/history-event.ts";
import type { InboxEntry, InstanceRow } from "../../../local/durable/stored-rows.ts";
import { appFunctions } from "./app-functions.ts";
import { checkIntegrity } from "./check-integrity.ts";
import { seededRandom } from "./seeded-random.ts";
import { countEvents, openTestEngine, type TestEngine } from "./test-engine.ts";

const runs = new Map<string, number>();
let test: TestEngine;

beforeAll(() => {
  df.app.activity("count", {
    handler: (input: { of: string; n: number }) => {
      const key = `${input.of} ${input.n}`;
      runs.set(key, (runs.get(key) ?? 0) + 1);
      return input.n;
    },
  });
  df.app.orchestration("counts", function* (context) {
    const width = context.df.getInput<number>() ?? 0;
    const of = context.df.instanceId;
    const tasks = Array.from({ length: width }, (_, n) => context.df.callActivity("count", { of, n }));
    const results: number[] = yield context.df.Task.all(tasks);
    yield context.df.createTimer(context.df.currentUtcDateTime);
    return results;
  });
  df.app.orchestration("listens", function* (context) {
    const first: unknown = yield context.df.waitForExternalEvent("a");
    const second: unknown = yield context.df.waitForExternalEvent("a");
    return [first, second];
  });
});
afterEach(async () => await test.close());

const open = (faults: DurableFaults) => {
  test = openTestEngine({ faults: { random: seededRandom(7), ...faults } });
  return test;
};
const upTo = (width: number) => Array.from({ length: width }, (_, n) => n);
const eventsOf = (id: string, type: number) =>
  test.engine.getHistory(id).filter(({ EventType }) => EventType === type);

describe("duplicateActivities", () => {
  it("runs activities twice and keeps each result once", async () => {
    const status = await open({ duplicateActivities: 1 }).run("counts", 8, "twice");
    expect(status).toMatchObject({ runtimeStatus: "Completed", output: upTo(8) });
    expect(countEvents(status)).toMatchObject({ TaskCompleted: 8 });
    expect(upTo(8).map((n) => runs.get(`twice ${n}`))).toEqual(upTo(8).map(() => 2));
    expect(checkIntegrity(test.state)).toEqual([]);
  });
});

describe("activityDelayMs", () => {
  it("lets activities begin later, at most so much", async () => {
    open({ activityDelayMs: 60, random: () => 0.999 });
    const startedMs = performance.now();
    expect((await test.run("counts", 3)).output).toEqual([0, 1, 2]);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(59);
  });
});

describe("oneEventPerTurn", () => {
  it("gives a turn to every message", async () => {
    const id = await open({ oneEventPerTurn: true }).start("counts", 6);
    expect((await test.end(id)).output).toEqual(upTo(6));
    // The start, six results and the timer.
    expect(eventsOf(id, EventType.OrchestratorStarted)).toHaveLength(8);
  });

  it("still suspends, resumes and terminates", async () => {
    const id = await open({ oneEventPerTurn: true }).start("listens");
    await test.engine.suspend(id, null);
    await test.until(id, ({ runtimeStatus }) => runtimeStatus === "Suspended");
    await test.engine.raiseEvent(id, "a", "1");
    await test.engine.resume(id, null);
    await test.engine.raiseEvent(id, "a", "2");
    expect((await test.end(id)).output).toEqual([1, 2]);
    const other = await test.start("listens");
    await test.engine.terminate(other, "enough");
    expect((await test.end(other)).runtimeStatus).toBe("Terminated");
  });
});

describe("shuffleCompletions", () => {
  const entry = (sequence: number, type: "TaskCompleted" | "EventRaised"): InboxEntry => ({
    sequence,
    message: {
      executionId: null,
      event:
        type === "TaskCompleted"
          ? {
              EventType: EventType.TaskCompleted,
              EventId: -1,
              Timestamp: new Date(0).toISOString(),
              TaskScheduledId: sequence,
              Result: null,
            }
          : {
              EventType: EventType.EventRaised,
              EventId: -1,
              Timestamp: new Date(0).toISOString(),
              Name: "a",
              Input: null,
            },
    },
  });
  const inbox = upTo(20).map((n) => entry(n, n % 5 === 0 ? "EventRaised" : "TaskCompleted"));
  const order = (seed: number) =>
    new FaultInjection({ shuffleCompletions: true, random: seededRandom(seed) })
      .select({ runtimeStatus: "Running" } as InstanceRow, inbox)
      .taken.map(({ sequence }) => sequence);

  it("reads every message once, external events in their places, the same way for the same seed", () => {
    open({});
    expect(order(1)).not.toEqual(upTo(20));
    expect(order(1).toSorted((a, b) => a - b)).toEqual(upTo(20));
    expect(order(1).filter((sequence) => sequence % 5 === 0)).toEqual([0, 5, 10, 15]);
    expect(order(1)).toEqual(order(1));
    expect(order(2)).not.toEqual(order(1));
  });

  it("gives every task its own result all the same", async () => {
    const id = await open({ shuffleCompletions: true }).start("counts", 40);
    expect((await test.end(id)).output).toEqual(upTo(40));
    const ids = eventsOf(id, EventType.TaskCompleted).map((event) => Number(Object(event).TaskScheduledId));
    expect(ids).not.toEqual(ids.toSorted((a, b) => a - b));
  });
});

describe("storageErrors and storageDelayMs", () => {
  it("loses and doubles nothing, and tells a client that its start is not stored", async () => {
    open({ storageErrors: 0.4, storageDelayMs: 5 });
    const outcomes = await Promise.allSettled(upTo(60).map((n) => test.start("counts", 3, `start-${n}`)));
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((error) => error instanceof StorageFaultError)).toBe(true);
    for (const [n, { status }] of outcomes.entries()) {
      const id = `start-${n}`;
      if (status === "rejected") {
        expect(test.engine.getInstance(id)).toBeNull();
        continue;
      }
      const ended = await test.end(id);
      expect(ended).toMatchObject({ runtimeStatus: "Completed", output: [0, 1, 2] });
      expect(countEvents(ended)).toMatchObject({ TaskCompleted: 3, TimerCreated: 1, TimerFired: 1 });
      // An end that could not be stored is stored again; the activity does not run again for it.
      expect(upTo(3).map((task) => runs.get(`${id} ${task}`))).toEqual([1, 1, 1]);
    }
    expect(checkIntegrity(test.state)).toEqual([]);
  }, 60_000);

  it("gets through even when every other commit is rejected", async () => {
    open({ storageErrors: 1 });
    await expect(test.start("counts", 2, "stubborn")).rejects.toThrow(
      "The commit 'start' was rejected on demand.",
    );
    expect((await test.run("counts", 2, "stubborn")).output).toEqual([0, 1]);
  });

  it("answers 500 to a client over HTTP", async () => {
    const { api } = open({ storageErrors: 1 });
    const response = await api.request("/orchestrators/counts", { method: "POST", body: "1" });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ ExceptionType: "StorageFaultError" });
  });
});

describe("reach", () => {
  it("is told of every point that is there, in the order before, during, after", async () => {
    const reached: CommitPoint[] = [];
    const settings = {
      dataDir: mkdtempSync(join(tmpdir(), "durable-reach-")),
      faults: { reach: (point: CommitPoint) => reached.push(point) },
      retention: { keepForMs: 0, keepAtLeast: 0, keepAtMost: 0 },
    };
    const first = openTestEngine(settings);
    const id = await first.start("listens");
    await first.engine.raiseEvent(id, "a", "1");
    await first.engine.raiseEvent(id, "a", "2");
    await first.end(id);
    await first.run("counts", 1);
    await first.engine.purgeInstance(id);
    await first.close();
    test = openTestEngine(settings);
    while (reached.at(-1) !== "after-retention") await new Promise((resolve) => setTimeout(resolve, 5));
    expect([...new Set(reached)].toSorted()).toEqual(COMMIT_POINTS.toSorted());
    expect(reached.filter((point) => point.endsWith("-start")).slice(0, 3)).toEqual([
      "before-start",
      "during-start",
      "after-start",
    ]);
    rmSync(settings.dataDir, { recursive: true, force: true });
  });

  it("leaves nothing stored when it throws during a commit", async () => {
    let throws = true;
    open({
      reach: (point) => {
        if (throws && point === "during-start") throw new Error("no");
      },
    });
    await expect(test.start("counts", 1, "half")).rejects.toThrow("no");
    expect(test.engine.getInstance("half")).toBeNull();
    expect(checkIntegrity(test.state)).toEqual([]);
    throws = false;
    expect((await test.run("counts", 1, "half")).output).toEqual([0]);
  });
});

it("shows that a large backlog is stored in pieces, so that a crash in the middle does not cost all of it", async () => {
  let storing = 0;
  let most = 0;
  test = openTestEngine({
    maxConcurrentOrchestratorFunctions: 4,
    faults: {
      reach: (point) => {
        if (point === "before-turn") most = Math.max(most, (storing += 1));
        if (point === "after-turn") storing -= 1;
      },
    },
  });
  const ids = await Promise.all(upTo(500).map(() => test.start("listens")));
  await Promise.all(
    ids.flatMap((id) => [test.engine.raiseEvent(id, "a", "1"), test.engine.raiseEvent(id, "a", "2")]),
  );
  const ended = await Promise.all(ids.map((id) => test.end(id)));
  expect(ended.every(({ runtimeStatus }) => runtimeStatus === "Completed")).toBe(true);
  expect(most).toBeGreaterThan(4);
  expect(most).toBeLessThanOrEqual(200 + 4);
});

it("is not there unless it is asked for", async () => {
  test = openTestEngine({ functions: appFunctions });
  expect((await test.run("counts", 2, "plain")).output).toEqual([0, 1]);
  expect([runs.get("plain 0"), runs.get("plain 1")]).toEqual([1, 1]);
});
