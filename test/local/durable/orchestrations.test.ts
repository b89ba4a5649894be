import "./app-functions.ts";
import * as df from "durable-functions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countEvents, openTestEngine, type TestEngine } from "./test-engine.ts";

const { app } = df;
let failuresLeft = 0;
let double: TestEngine;

beforeAll(() => {
  app.activity("double", { handler: (input: { n: number }) => input.n * 2 });
  app.activity("echo", { handler: (input: unknown) => ({ input: input ?? null }) });
  app.activity("nothing", { handler: () => undefined });
  app.activity("fail", {
    handler: () => {
      throw new Error("boom");
    },
  });
  app.activity("flaky", {
    handler: () => {
      failuresLeft -= 1;
      if (failuresLeft >= 0) throw new Error(`flaky ${failuresLeft}`);
      return "at last";
    },
  });
  app.activity("slow", {
    handler: async (input: { ms: number; value: string }) => {
      await new Promise((resolve) => setTimeout(resolve, input.ms));
      return input.value;
    },
  });

  app.orchestration("one", function* (context) {
    return yield context.df.callActivity("double", { n: context.df.getInput<number>() ?? 0 });
  });
  app.orchestration("fanOut", function* (context) {
    const width = context.df.getInput<number>() ?? 0;
    const tasks = Array.from({ length: width }, (_, n) => context.df.callActivity("double", { n }));
    const results: number[] = yield context.df.Task.all(tasks);
    return results.reduce((a, b) => a + b, 0);
  });
  app.orchestration("shapes", function* (context) {
    const got: unknown[] = [];
    for (const input of ["abc", 7, null, { a: [1] }, undefined]) {
      got.push((yield context.df.callActivity("echo", input)).input);
    }
    got.push(yield context.df.callActivity("nothing"));
    return got;
  });
  app.orchestration("failing", function* (context) {
    yield context.df.callActivity("fail");
  });
  app.orchestration("catching", function* (context) {
    try {
      yield context.df.callActivity("fail");
      return "not thrown";
    } catch (error) {
      return (error as Error).message;
    }
  });
  app.orchestration("retrying", function* (context) {
    const options = new df.RetryOptions(1, context.df.getInput<number>() ?? 1);
    const result: string = yield context.df.callActivityWithRetry("flaky", options);
    // What follows a retry proves that library and host still agree on the ids.
    return [result, yield context.df.callActivity("double", { n: 4 })];
  });
  app.orchestration("retryExhausted", function* (context) {
    try {
      yield context.df.callActivityWithRetry("fail", new df.RetryOptions(1, 2));
    } catch {
      return yield context.df.callActivity("double", { n: 5 });
    }
  });
  app.orchestration("retriesSideBySide", function* (context) {
    const options = new df.RetryOptions(2, 5);
    options.backoffCoefficient = 2;
    const tasks = [0, 1, 2].map(() => context.df.callActivityWithRetry("flaky", options));
    const all: string[] = yield context.df.Task.all(tasks);
    return [all, yield context.df.callActivity("double", { n: 3 })];
  });
  app.orchestration("timer", function* (context) {
    const fireAt = new Date(context.df.currentUtcDateTime.getTime() + 60);
    yield context.df.createTimer(fireAt);
    return context.df.currentUtcDateTime.getTime() >= fireAt.getTime();
  });
  app.orchestration("longTimer", function* (context) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 30 * 86_400_000));
  });
  app.orchestration("timeout", function* (context) {
    const { workMs, limitMs } = context.df.getInput<{ workMs: number; limitMs: number }>();
    const work = context.df.callActivity("slow", { ms: workMs, value: "work" });
    const limit = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + limitMs));
    const winner: unknown = yield context.df.Task.any([work, limit]);
    if (winner === limit) return "late";
    limit.cancel();
    return [work.result, yield context.df.callActivity("double", { n: 1 })];
  });
  app.orchestration("raceThenBoth", function* (context) {
    const a = context.df.callActivity("slow", { ms: 1, value: "a" });
    const b = context.df.callActivity("slow", { ms: 40, value: "b" });
    yield context.df.Task.any([a, b]);
    const late: string = yield b;
    return [late, yield context.df.callActivity("double", { n: 2 })];
  });
  app.orchestration("firstFailure", function* (context) {
    try {
      yield context.df.Task.all([
        context.df.callActivity("fail"),
        context.df.callActivity("slow", { ms: 60, value: "late" }),
      ]);
      return "not thrown";
    } catch {
      return yield context.df.callActivity("double", { n: 6 });
    }
  });
  app.orchestration("child", function* (context) {
    const input = context.df.getInput<{ n: number }>();
    if (input === undefined || input.n < 0) throw new Error("no negative children");
    return { of: context.df.parentInstanceId, doubled: yield context.df.callActivity("double", input) };
  });
  app.orchestration("parent", function* (context) {
    const explicit: unknown = yield context.df.callSubOrchestrator("child", { n: 1 }, "the-child");
    const byDefault: unknown = yield context.df.callSubOrchestrator("child", { n: 2 });
    return [explicit, byDefault];
  });
  app.orchestration("parentOfFailing", function* (context) {
    try {
      yield context.df.callSubOrchestratorWithRetry(
        "child",
        new df.RetryOptions(1, 3),
        { n: -1 },
        "bad-child",
      );
      return "not thrown";
    } catch (error) {
      return (error as Error).message;
    }
  });
  app.orchestration("status", function* (context) {
    context.df.setCustomStatus({ step: 1 });
    yield context.df.callActivity("double", { n: 1 });
    context.df.setCustomStatus({ step: 2 });
    return "done";
  });
  app.orchestration("callsUnknownActivity", function* (context) {
    yield context.df.callActivity("noSuchActivity");
  });
  app.orchestration("callsEntity", function* (context) {
    yield context.df.callEntity(new df.EntityId("counter", "1"), "add", 1);
  });
  app.orchestration("callsHttp", function* (context) {
    yield context.df.callHttp({ method: "GET", url: "http://127.0.0.1/" });
  });
  double = openTestEngine({ storeInputs: true });
});
afterAll(async () => await double.close());

describe("an orchestration", () => {
  it("returns what its activity returned", async () => {
    expect(await double.run("one", 21)).toMatchObject({ runtimeStatus: "Completed", output: 42, input: 21 });
  });

  it("finds its functions without regard to case", async () => {
    expect((await double.run("ONE", 1)).output).toBe(2);
  });

  it("fans out to 100 activities and in again", async () => {
    const status = await double.run("fanOut", 100);
    expect(status.output).toBe(9900);
    expect(countEvents(status)).toEqual({ ExecutionStarted: 1, TaskCompleted: 100, ExecutionCompleted: 1 });
  });

  it("fact 6 activity data: passes strings, numbers, null, objects and nothing to and from activities", async () => {
    expect((await double.run("shapes")).output).toEqual(["abc", 7, null, { a: [1] }, null, null]);
  });

  it("fact 5 failed state: fails with the message of an activity that nobody caught", async () => {
    const status = await double.run("failing");
    expect(status.runtimeStatus).toBe("Failed");
    expect(status.output).toMatch(
      /^Orchestrator function 'failing' failed: Activity function 'fail' failed: boom/u,
    );
  });

  it("fact 4 failure text: can catch the failure of an activity", async () => {
    expect((await double.run("catching")).output).toContain("Activity function 'fail' failed: boom");
  });

  it("keeps its custom status", async () => {
    expect((await double.run("status")).customStatus).toEqual({ step: 2 });
  });

  it("fails by name when it calls an activity that does not exist", async () => {
    const status = await double.run("callsUnknownActivity");
    expect(status.output).toContain("Activity function 'noSuchActivity' does not exist.");
  });

  it("fails when its own function does not exist", async () => {
    expect(await double.run("noSuchOrchestrator")).toMatchObject({
      runtimeStatus: "Failed",
      output:
        "The function 'noSuchOrchestrator' doesn't exist, is disabled, or is not an orchestrator function.",
    });
  });

  it.each([
    ["callsEntity", "CallEntity"],
    ["callsHttp", "CallHttp"],
  ])("fact 5 unsupported actions: fails and names the action when %s", async (name, action) => {
    const status = await double.run(name);
    expect(status.runtimeStatus).toBe("Failed");
    expect(status.output).toContain(`${action} is not supported by the local Durable engine`);
  });
});

describe("retries", () => {
  it("repeat an activity until it succeeds", async () => {
    failuresLeft = 2;
    const status = await double.run("retrying", 5);
    expect(status.output).toEqual(["at last", 8]);
    expect(countEvents(status)).toMatchObject({
      TaskFailed: 2,
      TimerCreated: 2,
      TimerFired: 2,
      TaskCompleted: 2,
    });
  });

  it("fact 5 RETRY quirk: give up after the last attempt, with one more timer, and ids still agree", async () => {
    const status = await double.run("retryExhausted");
    expect(status.output).toBe(10);
    expect(countEvents(status)).toMatchObject({ TaskFailed: 2, TimerFired: 2, TaskCompleted: 1 });
  });

  it("run side by side in a fan-out", async () => {
    failuresLeft = 5;
    const status = await double.run("retriesSideBySide");
    expect(status.output).toEqual([["at last", "at last", "at last"], 6]);
    expect(countEvents(status)).toMatchObject({ TaskFailed: 5, TimerFired: 5 });
  });
});

describe("durable timers", () => {
  it("fire no earlier than asked", async () => {
    expect((await double.run("timer")).output).toBe(true);
  });

  it("fact 5 cancelled timers: win or lose a race against an activity", async () => {
    expect((await double.run("timeout", { workMs: 500, limitMs: 20 })).output).toBe("late");
    expect((await double.run("timeout", { workMs: 1, limitMs: 60_000 })).output).toEqual(["work", 2]);
  });

  it("fact 5 LONG TIMERS: are cut into three days when they are longer than six", async () => {
    const id = await double.start("longTimer");
    const status = await double.until(id, ({ historyEvents }) => (historyEvents?.length ?? 0) > 1);
    const created = status.historyEvents?.find(({ EventType }) => EventType === "TimerCreated");
    const aheadMs = Date.parse(String(created?.["FireAt"])) - Date.parse(String(created?.["Timestamp"]));
    expect(aheadMs).toBe(3 * 86_400_000);
    await double.engine.terminate(id, null);
  });
});

describe("compound tasks", () => {
  it("can be waited for again, one by one", async () => {
    expect((await double.run("raceThenBoth")).output).toEqual(["b", 4]);
  });

  it("fact 5 host replay rule: throw the first failure, and the instance ends when all are settled", async () => {
    const status = await double.run("firstFailure");
    expect(status.output).toBe(12);
    expect(countEvents(status)).toMatchObject({ TaskFailed: 1, TaskCompleted: 2 });
  });
});

describe("sub-orchestrations", () => {
  it("fact 5 sub-orchestration ids: run under explicit and default ids and know their parent", async () => {
    const id = await double.start("parent");
    const status = await double.end(id);
    expect(status.output).toEqual([
      { of: id, doubled: 2 },
      { of: id, doubled: 4 },
    ]);
    expect((await double.status("the-child")).runtimeStatus).toBe("Completed");
    const children = [...double.engine.listInstances({}, 1000, null).instances].filter(
      (row) => row.parent?.instanceId === id,
    );
    expect(children.map((row) => row.instanceId).toSorted()).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}:1$/u),
      "the-child",
    ]);
  });

  it("tell their failure to the parent after the last retry", async () => {
    const status = await double.run("parentOfFailing");
    expect(status.output).toContain("Orchestrator function 'child' failed: no negative children");
    expect(countEvents(status)).toMatchObject({ SubOrchestrationInstanceFailed: 3, TimerFired: 3 });
  });
});
