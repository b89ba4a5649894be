/**
 * Facts about Durable Functions that the other tests of this folder do not show; each test has the number of the
 * section it comes from. The numbers: 4 what an orchestrator is given, 5 what it hands back, 6 activities, 7 the
 * binding of the client, 8 the management API, 9 reuse of instance ids.
 */
import "./app-functions.ts";
import * as df from "durable-functions";
import { afterAll, beforeAll, expect, it } from "vitest";
import { toDurableClientPayload } from "../../../local/durable/durable-client-payload.ts";
import type { DurableFunctions } from "../../../local/durable/durable-functions.ts";
import { appFunctions } from "./app-functions.ts";
import { countEvents, openTestEngine, type TestEngine } from "./test-engine.ts";

const { app } = df;
let test: TestEngine;
const payloads: Payload[] = [];

interface Payload {
  history: Record<string, unknown>[];
  isReplaying: boolean;
  [field: string]: unknown;
}

beforeAll(() => {
  app.activity("fact-echo", { handler: (input: unknown) => input });
  app.activity("fact-wait", {
    handler: (input: { ms: number }) => new Promise<void>((resolve) => setTimeout(resolve, input.ms)),
  });
  app.activity("fact-fail", {
    handler: () => {
      throw new Error("boom");
    },
  });
  app.orchestration("fact-input", function* (context) {
    const got: unknown = yield context.df.callActivity("fact-echo", { n: 1 });
    return { input: context.df.getInput<unknown>(), got, at: context.df.currentUtcDateTime.toISOString() };
  });
  app.orchestration("fact-failure", function* (context) {
    try {
      return yield context.df.callActivity("fact-fail");
    } catch (error) {
      return (error as Error).message;
    }
  });
  app.orchestration("fact-again", function* (context) {
    const input = context.df.getInput<unknown>();
    if (input === "first") context.df.continueAsNew("second");
    return input;
  });
  app.orchestration("fact-retryTimeout", function* (context) {
    const options = new df.RetryOptions(1, 100);
    options.retryTimeoutInMilliseconds = 1;
    yield context.df.callActivityWithRetry("fact-fail", options);
  });
  app.orchestration("fact-canceledTimer", function* (context) {
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 10));
    const work = context.df.callActivity("fact-echo", 1);
    yield context.df.Task.any([work, timer]);
    timer.cancel();
    yield context.df.callActivity("fact-wait", { ms: 60 });
    return yield context.df.callActivity("fact-echo", { last: true });
  });
  app.orchestration("fact-waits", function* (context) {
    const event: unknown = yield context.df.waitForExternalEvent("go");
    return { event, input: context.df.getInput<unknown>() };
  });
  const recording: DurableFunctions = {
    ...appFunctions,
    runOrchestrator: async (name, id, payload) => {
      payloads.push(JSON.parse(payload));
      return await appFunctions.runOrchestrator(name, id, payload);
    },
  };
  test = openTestEngine({ functions: recording, storeInputs: true });
});
afterAll(async () => await test.close());

const payloadsOf = (id: string) => payloads.filter(({ instanceId }) => instanceId === id);

it("fact 4 payload: carries history, input as a value, and the versions and durations the library asks for", async () => {
  const id = await test.start("fact-input", { deep: [1] });
  await test.end(id);
  const [first, second] = payloadsOf(id);
  expect(first).toEqual({
    history: expect.any(Array),
    input: { deep: [1] },
    instanceId: id,
    isReplaying: false,
    parentInstanceId: null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3,
    longRunningTimerIntervalDuration: "3.00:00:00",
    maximumShortTimerDuration: "6.00:00:00",
    defaultHttpAsyncRequestSleepTimeMillseconds: 30000,
  });
  expect(second?.isReplaying).toBe(true);
});

it("fact 4 history: events have integer types, sequence numbers or -1, and IsPlayed for what is not new", async () => {
  const id = await test.start("fact-input");
  await test.end(id);
  const [, second] = payloadsOf(id);
  expect(second?.history.map(({ EventType, EventId, IsPlayed }) => [EventType, EventId, IsPlayed])).toEqual([
    [12, -1, true],
    [0, -1, true],
    [4, 0, true],
    [13, -1, true],
    [12, -1, false],
    [5, -1, false],
  ]);
  const [, , scheduled, , , completed] = second?.history ?? [];
  expect(scheduled).toMatchObject({ Name: "fact-echo", Version: "", Input: '[{"n":1}]' });
  expect(completed).toMatchObject({ TaskScheduledId: 0, Result: '{"n":1}' });
});

it("fact 4 time: currentUtcDateTime is the time stamp of the turn's OrchestratorStarted", async () => {
  const id = await test.start("fact-input");
  const { output } = await test.end(id);
  const started = payloadsOf(id)[1]?.history.findLast(({ EventType }) => EventType === 12);
  expect(output).toMatchObject({ at: started?.["Timestamp"] });
});

it("fact 4 failure text: is the reason and the details, both strings", async () => {
  expect((await test.run("fact-failure")).output).toBe("Activity function 'fact-fail' failed: boom \n boom");
});

it.each([[[]], [[[], []]]])(
  "fact 5 state: %j instead of one list of actions fails the instance",
  async (actions) => {
    const other = openTestEngine({
      functions: {
        ...appFunctions,
        runOrchestrator: async () => ({ isDone: true, actions, schemaVersion: 3 }),
      },
    });
    const status = await other.run("fact-input");
    expect(status.runtimeStatus).toBe("Failed");
    expect(status.output).toContain("it did not hand back a state of Durable Functions");
    await other.close();
  },
);

it("fact 5 ContinueAsNew: a string arrives in quotes, an object does not", async () => {
  expect((await test.run("fact-again", "first")).output).toBe('"second"');
});

it("fact 5 RETRY quirk: a retry timeout that has passed fails by name instead of hanging as on Azure", async () => {
  const status = await test.run("fact-retryTimeout");
  expect(status.runtimeStatus).toBe("Failed");
  expect(status.output).toContain("retryTimeoutInMilliseconds");
});

it("fact 5 cancelled timers: keep their number, and their late end is ignored", async () => {
  const status = await test.run("fact-canceledTimer");
  expect(status).toMatchObject({ runtimeStatus: "Completed", output: { last: true } });
  expect(countEvents(status)).toMatchObject({ TimerCreated: 1, TimerFired: 1, TaskCompleted: 3 });
});

it("fact 7 payload: holds every URL form that the library and apps read", () => {
  const parts = { hostUrl: "http://127.0.0.1:7071", taskHub: "Hub", connection: "Storage", systemKey: "k" };
  const payload = JSON.parse(
    toDurableClientPayload({ ...parts, rpcBaseUrl: "http://127.0.0.1:17071/durabletask/" }),
  );
  const base = "http://127.0.0.1:7071/runtime/webhooks/durabletask";
  const query = "taskHub=Hub&connection=Storage&code=k";
  expect(payload).toMatchObject({
    taskHubName: "Hub",
    rpcBaseUrl: "http://127.0.0.1:17071/durabletask/",
    creationUrls: {
      createNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?code=k`,
      createAndWaitOnNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&code=k`,
    },
    managementUrls: {
      id: "INSTANCEID",
      statusQueryGetUri: `${base}/instances/INSTANCEID?${query}`,
      sendEventPostUri: `${base}/instances/INSTANCEID/raiseEvent/{eventName}?${query}`,
      terminatePostUri: `${base}/instances/INSTANCEID/terminate?reason={text}&${query}`,
      rewindPostUri: `${base}/instances/INSTANCEID/rewind?reason={text}&${query}`,
      purgeHistoryDeleteUri: `${base}/instances/INSTANCEID?${query}`,
      restartPostUri: `${base}/instances/INSTANCEID/restart?${query}`,
      suspendPostUri: `${base}/instances/INSTANCEID/suspend?reason={text}&${query}`,
      resumePostUri: `${base}/instances/INSTANCEID/resume?reason={text}&${query}`,
    },
  });
});

it("fact 7 wire quirks: no input is an empty string, no event data is null, and ids may hold spaces", async () => {
  const start = await test.api.request("/orchestrators/fact-waits/an%20id", { method: "POST", body: '""' });
  expect(start.status).toBe(202);
  const raise = await test.api.request("/instances/an%20id/raiseEvent/go", {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  expect(raise.status).toBe(202);
  expect((await test.end("an id")).output).toEqual({ event: null, input: "" });
});

it("fact 9 ids: 100 characters are taken; 101 are answered 400 with the reason", async () => {
  const start = (id: string) => test.api.request(`/orchestrators/fact-input/${id}`, { method: "POST" });
  expect((await start("x".repeat(100))).status).toBe(202);
  const refused = await start("x".repeat(101));
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    Message: expect.stringContaining("longer than 100 characters"),
  });
});

it("fact 9 reuse: AnyState lets a start replace an active instance, whose late results are dropped", async () => {
  const other = openTestEngine({ overridableExistingInstanceStates: "AnyState" });
  await other.start("fact-canceledTimer", null, "replaced");
  await other.until("replaced", (status) => countEvents(status)["TimerCreated"] === 1);
  const status = await other.run("fact-input", "new", "replaced");
  expect(status).toMatchObject({ runtimeStatus: "Completed", output: { input: "new" } });
  await other.run("fact-canceledTimer");
  expect(await other.status("replaced")).toEqual(status);
  await other.close();
});

it.each([
  ["maxConcurrentActivityFunctions", "runActivity"],
  ["maxConcurrentOrchestratorFunctions", "runOrchestrator"],
] as const)("host.json: %s holds", async (setting, method) => {
  let running = 0;
  let most = 0;
  const counted: DurableFunctions = {
    ...appFunctions,
    [method]: async (name: string, id: string, text: string) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const result = await appFunctions[method](name, id, text);
      running -= 1;
      return result;
    },
  };
  const other = openTestEngine({ functions: counted, [setting]: 3 });
  const runs = Array.from({ length: 15 }, () => other.run("fact-input"));
  expect((await Promise.all(runs)).every(({ runtimeStatus }) => runtimeStatus === "Completed")).toBe(true);
  expect(most).toBe(3);
  await other.close();
});
