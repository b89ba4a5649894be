import "./app-functions.ts";
import * as df from "durable-functions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DurableFunctions } from "../../../local/durable/durable-functions.ts";
import { appFunctions } from "./app-functions.ts";
import { countEvents, openTestEngine, type TestEngine } from "./test-engine.ts";

const { app } = df;
let test: TestEngine;

beforeAll(() => {
  app.activity("plusOne", { handler: (input: { n: number }) => input.n + 1 });
  app.activity("wait", {
    handler: (input: { ms: number }) => new Promise<void>((resolve) => setTimeout(resolve, input.ms)),
  });
  app.orchestration("waiter", function* (context) {
    const got: unknown = yield context.df.waitForExternalEvent("go");
    return { got };
  });
  app.orchestration("lateWaiter", function* (context) {
    yield context.df.callActivity("wait", { ms: 60 });
    const first: unknown = yield context.df.waitForExternalEvent("go");
    const second: unknown = yield context.df.waitForExternalEvent("go");
    return [first, second];
  });
  app.orchestration("gates", function* (context) {
    const { a, b } = { a: context.df.waitForExternalEvent("a"), b: context.df.waitForExternalEvent("b") };
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
    yield context.df.Task.any([context.df.Task.all([a, b]), timer]);
    timer.cancel();
    return yield context.df.callActivity("plusOne", { n: 1 });
  });
  app.orchestration("counter", function* (context) {
    const state = context.df.getInput<{ rounds: number; seen: unknown[] }>();
    if (state.rounds === 0) return state.seen;
    const event: unknown = yield context.df.waitForExternalEvent("add");
    yield context.df.callActivity("wait", { ms: 5 });
    context.df.setCustomStatus({ left: state.rounds - 1 });
    context.df.continueAsNew({ rounds: state.rounds - 1, seen: [...state.seen, event] });
    return undefined;
  });
  app.orchestration("adder", function* (context) {
    return yield context.df.callActivity("plusOne", context.df.getInput());
  });
  test = openTestEngine();
});
afterAll(async () => await test.close());

const isWaiting = ({ runtimeStatus, historyEvents }: { runtimeStatus: string; historyEvents?: object[] }) =>
  runtimeStatus === "Running" && (historyEvents?.length ?? 0) > 0;

describe("external events", () => {
  it("wake an orchestration that waits for them", async () => {
    const id = await test.start("waiter");
    await test.until(id, isWaiting);
    await test.engine.raiseEvent(id, "go", JSON.stringify({ n: 1 }));
    expect((await test.end(id)).output).toEqual({ got: { n: 1 } });
  });

  it("are kept in order for an orchestration that waits later", async () => {
    const id = await test.start("lateWaiter");
    await test.engine.raiseEvent(id, "go", "1");
    await test.engine.raiseEvent(id, "other", "0");
    await test.engine.raiseEvent(id, "go", "2");
    expect((await test.end(id)).output).toEqual([1, 2]);
  });

  it("can be waited for together, inside a race against a timer", async () => {
    const id = await test.start("gates");
    await test.engine.raiseEvent(id, "b", "null");
    await test.until(id, isWaiting);
    await test.engine.raiseEvent(id, "a", "null");
    expect((await test.end(id)).output).toBe(2);
  });
});

describe("continue as new", () => {
  it("carries events that nobody has read yet and keeps the custom status", async () => {
    const id = await test.start("counter", { rounds: 4, seen: [] });
    for (const n of [1, 2, 3, 4]) await test.engine.raiseEvent(id, "add", String(n));
    const status = await test.end(id);
    expect(status).toMatchObject({ output: [1, 2, 3, 4], customStatus: { left: 0 } });
    expect(countEvents(status)).toEqual({ ExecutionStarted: 1, ExecutionCompleted: 1 });
  });
});

describe("terminate, suspend and resume", () => {
  it("ends a waiting instance with the reason as its output", async () => {
    const id = await test.start("waiter");
    await test.engine.terminate(id, "enough");
    const status = await test.end(id);
    expect(status).toMatchObject({ runtimeStatus: "Terminated", output: "enough" });
    expect(countEvents(status)).toMatchObject({ ExecutionTerminated: 1, ExecutionCompleted: 1 });
  });

  it("lets nothing happen while suspended and goes on after resume", async () => {
    const id = await test.start("lateWaiter");
    await test.until(id, isWaiting);
    await test.engine.suspend(id, "pause");
    await test.until(id, ({ runtimeStatus }) => runtimeStatus === "Suspended");
    await test.engine.raiseEvent(id, "go", "1");
    await test.engine.raiseEvent(id, "go", "2");
    await test.run("adder", { n: 1 });
    expect((await test.status(id)).runtimeStatus).toBe("Suspended");
    await test.engine.resume(id, "go on");
    expect((await test.end(id)).output).toEqual([1, 2]);
  });

  it("terminates a suspended instance", async () => {
    const id = await test.start("waiter");
    await test.engine.suspend(id, null);
    await test.until(id, ({ runtimeStatus }) => runtimeStatus === "Suspended");
    await test.engine.terminate(id, null);
    expect((await test.end(id)).runtimeStatus).toBe("Terminated");
  });
});

describe("instance ids", () => {
  it("fact 9 reuse: refuse a second start while the instance is active", async () => {
    await test.start("waiter", null, "only-one");
    await expect(test.start("waiter", null, "only-one")).rejects.toThrow(
      /^An Orchestration instance with the status (Pending|Running) already exists\.$/u,
    );
  });

  it("let exactly one of many simultaneous starts through", async () => {
    const starts = Array.from({ length: 20 }, () => test.start("waiter", null, "contended"));
    const outcomes = await Promise.allSettled(starts);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("fact 9 reuse: may start again after the end, and then the old history is gone", async () => {
    await test.run("adder", { n: 1 }, "again");
    const status = await test.run("adder", { n: 10 }, "again");
    expect(status).toMatchObject({ output: 11, input: { n: 10 } });
    expect(countEvents(status)).toEqual({ ExecutionStarted: 1, TaskCompleted: 1, ExecutionCompleted: 1 });
  });

  it.each(["@entity", "a/b", "a\\b", "a#b", "a?b", "a\nb", " ", "x".repeat(101)])(
    "fact 9 ids: refuse %j",
    async (id) => {
      await expect(test.start("adder", null, id)).rejects.toThrow(/is not valid/u);
    },
  );
});

describe("restart", () => {
  it("runs the same input again under a new id and under its own", async () => {
    await test.run("adder", { n: 5 }, "to-restart");
    const newId = await test.engine.restart("to-restart", true);
    expect(newId).not.toBe("to-restart");
    expect((await test.end(newId)).output).toBe(6);
    expect(await test.engine.restart("to-restart", false)).toBe("to-restart");
    expect((await test.end("to-restart")).output).toBe(6);
  });
});

describe("purge", () => {
  it("forgets an ended instance and refuses an active one", async () => {
    await test.run("adder", { n: 1 }, "ended");
    await test.engine.purgeInstance("ended");
    expect(test.engine.getInstance("ended")).toBeNull();
    expect(test.engine.getHistory("ended")).toEqual([]);
    const active = await test.start("waiter");
    await expect(test.engine.purgeInstance(active)).rejects.toThrow(/Cannot purge/u);
  });

  it("forgets what matches a filter and leaves the rest", async () => {
    for (const id of ["old-1", "old-2", "new-1"]) await test.run("adder", { n: 1 }, id);
    expect(await test.engine.purgeInstances({ instanceIdPrefix: "old-", createdFromMs: 0 })).toBe(2);
    expect(test.engine.getInstance("new-1")).not.toBeNull();
  });
});

describe("non-determinism", () => {
  it("fact 5 non-determinism: fails the instance and names the event that differs", async () => {
    app.orchestration("before", function* (context) {
      yield context.df.waitForExternalEvent("go");
      yield context.df.callActivity("plusOne", { n: 1 });
      yield context.df.waitForExternalEvent("go");
    });
    app.orchestration("after", function* (context) {
      yield context.df.waitForExternalEvent("go");
      yield context.df.callActivity("wait", { ms: 1 });
      yield context.df.waitForExternalEvent("go");
    });
    let deployed = "before";
    const changing: DurableFunctions = {
      ...appFunctions,
      runOrchestrator: (_name, id, payload) => appFunctions.runOrchestrator(deployed, id, payload),
    };
    const other = openTestEngine({ functions: changing });
    const id = await other.start("before");
    await other.engine.raiseEvent(id, "go", "null");
    await other.until(id, (status) => countEvents(status)["TaskCompleted"] === 1);
    deployed = "after";
    await other.engine.raiseEvent(id, "go", "null");
    const status = await other.end(id);
    expect(status.runtimeStatus).toBe("Failed");
    expect(status.output).toContain(
      "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task with sequence number 0 named 'plusOne', but the current orchestration replay instead scheduled an activity task named 'wait'",
    );
    await other.close();
  });
});

describe("the engine", () => {
  it("lets running functions end when it stops and takes no new work", async () => {
    const other = openTestEngine();
    const id = await other.start("lateWaiter");
    await other.until(id, isWaiting);
    await other.engine.stop();
    const history = other.engine.getHistory(id);
    expect(history.length).toBeGreaterThan(0);
    await expect(other.start("adder")).rejects.toThrow("has been stopped");
    await other.close();
  });
});
