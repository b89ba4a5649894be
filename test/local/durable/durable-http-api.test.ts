import "./app-functions.ts";
import { serve, type ServerType } from "@hono/node-server";
import * as df from "durable-functions";
import { app as functionsApp } from "@azure/functions";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toDurableClientPayload } from "../../../local/durable/durable-client-payload.ts";
import { invoke } from "./app-functions.ts";
import { openTestEngine, showAll, type TestEngine } from "./test-engine.ts";

let test: TestEngine;
let storing: TestEngine;

beforeAll(() => {
  df.app.activity("greet", { handler: (input: { name: string }) => `Hello ${input.name}` });
  df.app.orchestration("hello", function* (context) {
    return yield context.df.callActivity("greet", context.df.getInput());
  });
  df.app.orchestration("broken", function* (context) {
    yield context.df.callActivity("greet", { name: "nobody" });
    throw new Error("bad luck");
  });
  df.app.orchestration("patient", function* (context) {
    return yield context.df.waitForExternalEvent("ok");
  });
  test = openTestEngine();
  storing = openTestEngine({ storeInputs: true });
});
afterAll(async () => {
  await test.close();
  await storing.close();
});

const post = (path: string, body?: unknown) =>
  test.api.request(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const json = async (response: Response): Promise<unknown> => await response.json();

describe("POST /orchestrators", () => {
  it("fact 8 start: answers 202 with the management links", async () => {
    const response = await post("/orchestrators/hello/http-1", { name: "Ann" });
    expect(response.status).toBe(202);
    expect(response.headers.get("retry-after")).toBe("10");
    const status = "http://localhost/instances/http-1?taskHub=TestHub&connection=Storage&code=local";
    expect(response.headers.get("location")).toBe(status);
    const links = await json(response);
    expect(links).toMatchObject({ id: "http-1", statusQueryGetUri: status });
    expect(links).not.toHaveProperty("rewindPostUri");
    expect((await test.end("http-1")).output).toBe("Hello Ann");
  });

  it("fact 8 start: waits for the end when asked to", async () => {
    const wait = "timeout=10&pollingInterval=1";
    const done = await post(`/orchestrators/hello?${wait}`, { name: "Bo" });
    expect([done.status, await json(done)]).toEqual([200, "Hello Bo"]);
    const failed = await post(`/orchestrators/broken?${wait}`);
    expect(failed.status).toBe(200);
    expect(await json(failed)).toMatchObject({
      runtimeStatus: "Failed",
      output: "Orchestrator function 'broken' failed: bad luck",
    });
    expect((await post("/orchestrators/patient?timeout=0.01&pollingInterval=0.01")).status).toBe(202);
  });

  it("fact 8 start: answers 409 for an id that is active and 400 for bad ids and bad JSON", async () => {
    await post("/orchestrators/patient/active");
    const again = await post("/orchestrators/patient/active");
    expect(again.status).toBe(409);
    expect(await json(again)).toEqual({
      Message: expect.stringMatching(/^An Orchestration instance with the status \w+ already exists\.$/u),
    });
    expect((await post("/orchestrators/hello/@no")).status).toBe(400);
    const bad = await test.api.request("/orchestrators/hello", { method: "POST", body: "{" });
    expect(bad.status).toBe(400);
  });
});

describe("GET /instances/{id}", () => {
  it("fact 8 status: answers 404 for an unknown instance, 202 while it runs and 200 after its end", async () => {
    expect((await test.api.request("/instances/nobody")).status).toBe(404);
    await post("/orchestrators/patient/running");
    const running = await test.api.request("/instances/running");
    expect([running.status, running.headers.get("retry-after")]).toEqual([202, "5"]);
    await test.run("hello", { name: "Cy" }, "finished");
    const finished = await test.api.request("/instances/finished?showInput=false");
    expect(finished.status).toBe(200);
    expect(await json(finished)).toEqual({
      name: "hello",
      instanceId: "finished",
      runtimeStatus: "Completed",
      input: null,
      customStatus: null,
      output: "Hello Cy",
      createdTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u),
      lastUpdatedTime: expect.stringMatching(/Z$/u),
    });
  });

  it("fact 8 status: answers 500 for a failed instance only on request", async () => {
    await test.run("broken", null, "failed");
    expect((await test.api.request("/instances/failed")).status).toBe(200);
    const response = await test.api.request("/instances/failed?returnInternalServerErrorOnFailure=true");
    expect(response.status).toBe(500);
  });

  it("fact 8 history: shows the history without inputs, as Azure does by default", async () => {
    await test.run("hello", { name: "Di" }, "history");
    expect((await test.status("history")).historyEvents).toEqual([
      {
        EventType: "ExecutionStarted",
        FunctionName: "hello",
        Input: '{"name":"Di"}',
        Timestamp: expect.any(String),
      },
      {
        EventType: "TaskCompleted",
        Result: "Hello Di",
        ScheduledTime: expect.any(String),
        FunctionName: "greet",
        Timestamp: expect.any(String),
      },
      {
        EventType: "ExecutionCompleted",
        OrchestrationStatus: "Completed",
        Result: "Hello Di",
        Timestamp: expect.any(String),
      },
    ]);
  });

  it("fact 8 history: shows the inputs of activities where host.json stores them, and leaves out what was not asked for", async () => {
    await storing.run("hello", { name: "Ed" }, "history");
    const [, completed] = (await storing.status("history")).historyEvents ?? [];
    expect(completed).toMatchObject({ Input: '[{"name":"Ed"}]', FunctionName: "greet" });
    const bare = (await storing.status("history", "showHistory=true&showInput=false")).historyEvents ?? [];
    expect(bare.flatMap((event) => Object.keys(event))).not.toContain("Input");
    expect(bare.flatMap((event) => Object.keys(event))).not.toContain("Result");
    expect(await storing.status("history", "")).not.toHaveProperty("historyEvents");
  });
});

describe("GET and DELETE /instances", () => {
  it("fact 8 list: lists by prefix and status, page by page", async () => {
    for (const n of [1, 2, 3]) await test.run("hello", { name: "F" }, `page-${n}`);
    await post("/orchestrators/patient/page-4");
    const query = "/instances/?instanceIdPrefix=page-&runtimeStatus=Completed,Failed&top=2";
    const first = await test.api.request(query);
    const token = first.headers.get("x-ms-continuation-token") ?? "";
    const second = await test.api.request(query, { headers: { "x-ms-continuation-token": token } });
    expect(second.headers.get("x-ms-continuation-token")).toBeNull();
    const ids = [...((await json(first)) as object[]), ...((await json(second)) as object[])];
    expect(ids).toMatchObject([{ instanceId: "page-1" }, { instanceId: "page-2" }, { instanceId: "page-3" }]);
  });

  it("fact 8 purge: purges one instance, or many by time, and refuses active ones", async () => {
    await test.run("hello", { name: "G" }, "purge-me");
    const purge = (path: string) => test.api.request(path, { method: "DELETE" });
    const purged = await purge("/instances/purge-me");
    expect([purged.status, await json(purged)]).toEqual([200, { instancesDeleted: 1 }]);
    expect((await purge("/instances/purge-me")).status).toBe(404);
    await post("/orchestrators/patient/stays");
    expect((await purge("/instances/stays")).status).toBe(412);
    expect((await purge("/instances/")).status).toBe(400);
    expect((await purge("/instances/?createdTimeFrom=2999-01-01T00:00:00Z")).status).toBe(404);
    expect((await purge("/instances/?createdTimeFrom=2020-01-01T00:00:00Z")).status).toBe(200);
    expect((await test.api.request("/instances/stays")).status).toBe(202);
  });
});

describe("POST /instances/{id}/…", () => {
  it("fact 8 events: answers 404, 202 and 410 for none, active and ended", async () => {
    for (const operation of ["raiseEvent/ok", "terminate?reason=r"]) {
      expect((await post(`/instances/nobody/${operation}`, {})).status).toBe(404);
      const id = await test.start("patient");
      expect((await post(`/instances/${id}/${operation}`, { n: 1 })).status).toBe(202);
      await test.end(id);
      expect((await post(`/instances/${id}/${operation}`, {})).status).toBe(410);
    }
  });

  it("fact 8 events: refuses events that are not JSON", async () => {
    const id = await test.start("patient");
    const path = `/instances/${id}/raiseEvent/ok`;
    expect((await test.api.request(path, { method: "POST", body: "text" })).status).toBe(400);
    const headers = { "content-type": "application/json" };
    expect((await test.api.request(path, { method: "POST", headers, body: "{" })).status).toBe(400);
    expect((await test.api.request(path, { method: "POST", headers })).status).toBe(202);
    expect((await test.end(id)).output).toBeNull();
  });

  it("fact 8 suspend: answers 500 when a suspended instance is suspended or a running one resumed", async () => {
    const id = await test.start("patient");
    expect((await post(`/instances/${id}/resume?reason=x`)).status).toBe(500);
    expect((await post(`/instances/${id}/suspend?reason=x`)).status).toBe(202);
    await test.until(id, ({ runtimeStatus }) => runtimeStatus === "Suspended");
    expect((await post(`/instances/${id}/suspend?reason=x`)).status).toBe(500);
    expect((await post(`/instances/${id}/resume?reason=x`)).status).toBe(202);
  });

  it("fact 8 restart: restarts under a new id, and answers 400 for none and 409 for an active one", async () => {
    await test.run("hello", { name: "H" }, "original");
    const restarted = (await json(await post("/instances/original/restart"))) as { id: string };
    expect((await test.end(restarted.id)).output).toBe("Hello H");
    expect((await post("/instances/nobody/restart")).status).toBe(400);
    const id = await test.start("patient");
    expect((await post(`/instances/${id}/restart?restartWithNewInstanceId=false`)).status).toBe(409);
  });

  it("fact 8 rewind and entities: answers 501 and names what it does not do", async () => {
    const rewind = await post("/instances/x/rewind?reason=r");
    expect([rewind.status, await rewind.text()]).toEqual([501, expect.stringContaining("Rewind")]);
    const entity = await test.api.request("/entities/counter/1");
    expect([entity.status, await entity.text()]).toEqual([501, expect.stringContaining("entities")]);
  });
});

describe("the client of durable-functions", () => {
  let server: ServerType;
  let payload: string;

  beforeAll(async () => {
    const clientInput = df.input.durableClient();
    functionsApp.generic("useClient", {
      trigger: { type: "manualTrigger", name: "trigger" },
      extraInputs: [clientInput],
      handler: async (_trigger: unknown, context) => {
        const client = df.getClient(context);
        const id = await client.startNew("patient", { instanceId: "by-client", input: { a: 1 } });
        await expect(client.startNew("patient", { instanceId: id })).rejects.toThrow("409");
        await client.raiseEvent(id, "other", { n: 0 });
        await client.raiseEvent(id, "ok", { n: 2 });
        await test.end(id);
        const status = await client.getStatus(id, { showInput: true });
        const purged = await client.purgeInstanceHistory(id);
        await expect(client.getStatus(id)).rejects.toThrow("404");
        return {
          output: status.output,
          input: status.input,
          purged,
          all: (await client.getStatusAll()).length,
        };
      },
    });
    const root = new Hono().route("/runtime/webhooks/durabletask", test.api).route("/durabletask", test.api);
    const port = await new Promise<number>((resolve) => {
      server = serve({ fetch: root.fetch, port: 0, hostname: "127.0.0.1" }, (info) => resolve(info.port));
    });
    const hostUrl = `http://127.0.0.1:${port}`;
    const rpcBaseUrl = `${hostUrl}/durabletask/`;
    payload = toDurableClientPayload({
      hostUrl,
      rpcBaseUrl,
      taskHub: "TestHub",
      connection: "Storage",
      systemKey: "local",
    });
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  it("fact 7 client: starts, signals, reads, purges and lists instances", async () => {
    expect(await invoke("useClient", { durableClient: payload, manualTrigger: null })).toEqual({
      output: { n: 2 },
      input: { a: 1 },
      purged: { instancesDeleted: 1 },
      all: test.engine.listInstances({}, 1_000_000, null).instances.length,
    });
  });

  it("fact 7 client: finds the management links in its payload", async () => {
    const { managementUrls } = JSON.parse(payload) as { managementUrls: Record<string, string> };
    const id = await test.start("hello", { name: "I" });
    await test.end(id);
    const url = managementUrls["statusQueryGetUri"]?.replace("INSTANCEID", id);
    const response = await fetch(`${url}&${showAll}`);
    expect(await json(response)).toMatchObject({ output: "Hello I", historyEvents: [{}, {}, {}] });
  });
});
