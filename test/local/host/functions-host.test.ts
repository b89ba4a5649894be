import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createFunctionsHost, type FunctionsHost } from "../../../local/host/functions-host.ts";
import { parseHostJson } from "../../../local/host/host-json.ts";
import type { HostLogEntry } from "../../../local/host/host-log.ts";
import { memoryStatuses } from "./memory-statuses.ts";

const apps = join(import.meta.dirname, "../../fixtures/apps");
const options = {
  appFolder: join(apps, "esm-app"),
  settings: { "AzureWebJobs.switchedOff.Disabled": "true", WEBSITE_HOSTNAME: "localhost:7071" },
  hostJson: parseHostJson('{"version":"2.0"}'),
  keys: { function: "function-key", host: "host-key", master: "master-key", system: "system-key" },
  scheduleStatuses: memoryStatuses(),
  durableClient: () =>
    JSON.stringify({ taskHubName: "TestHub", creationUrls: {}, managementUrls: { id: "INSTANCEID" } }),
};

let host: FunctionsHost;
const log: HostLogEntry[] = [];

beforeAll(async () => {
  host = await createFunctionsHost({ ...options, log: (entry) => log.push(entry) });
});
afterAll(() => host.stop());

async function getJson(path: string, init?: RequestInit): Promise<unknown> {
  const response = await host.http.request(path, init);
  expect(response.status).toBe(200);
  return response.json();
}

describe("fact 3 the route of an HTTP function is its own name where it names none", () => {
  it("serves a function under /api and its own name", async () => {
    expect(await getJson("/api/defaultRoute")).toMatchObject({ functionName: "defaultRoute", method: "GET" });
  });

  it("finds routes in any letter case and with a slash at the end", async () => {
    expect(await getJson("/API/DefaultROUTE/")).toMatchObject({ functionName: "defaultRoute" });
  });

  it("prefers a literal to a constrained parameter to a plain parameter", async () => {
    expect(await getJson("/api/orders/latest")).toMatchObject({ functionName: "latestOrder" });
    expect(await getJson("/api/orders/42")).toMatchObject({ functionName: "order", params: { id: "42" } });
    expect(await getJson("/api/orders/x42")).toMatchObject({
      functionName: "orderByName",
      params: { name: "x42" },
    });
  });

  it("decodes route values and keeps an encoded slash encoded", async () => {
    expect(await getJson("/api/orders/a%20b%2Fc")).toMatchObject({ params: { name: "a b%2Fc" } });
  });

  it("gives a catch-all the rest of the path", async () => {
    expect(await getJson("/api/files/a/b/c.txt")).toMatchObject({ params: { path: "a/b/c.txt" } });
    expect(await getJson("/api/files")).toMatchObject({ params: {} });
  });

  it("leaves out an optional value that is not there", async () => {
    expect(await getJson("/api/pages/7")).toMatchObject({ params: { number: "7" } });
    expect(await getJson("/api/pages")).toMatchObject({ params: {} });
  });

  it("answers 404 without a body for an unknown route", async () => {
    const response = await host.http.request("/api/unknown");
    expect(response.status).toBe(404);
    expect(await response.text()).toBe("");
  });

  it("answers 404 for a method the function does not take", async () => {
    expect((await host.http.request("/api/orders/latest", { method: "DELETE" })).status).toBe(404);
    expect((await host.http.request("/api/orders/42", { method: "PUT" })).status).toBe(404);
    expect((await host.http.request("/api/text", { method: "HEAD" })).status).toBe(404);
  });

  it("takes the next route that fits when the best one does not take the method", async () => {
    const response = await host.http.request("/api/orders/42", { method: "DELETE" });
    expect(await response.json()).toMatchObject({ functionName: "order", method: "DELETE" });
  });

  it("serves HEAD where a function asks for it", async () => {
    const response = await host.http.request("/api/head", { method: "HEAD" });
    expect(response.headers.get("x-seen")).toBe("yes");
  });
});

describe("fact 2.2 a request arrives with URL, method, headers, query, params and body", () => {
  it("passes the URL, the query and headers to the handler", async () => {
    const seen = await getJson("/api/defaultRoute?a=1&b=&a=2", { headers: { "X-Test": "hello" } });
    expect(seen).toMatchObject({
      url: expect.stringMatching(/\/api\/defaultRoute\?a=1&b=&a=2$/) as unknown,
      query: { a: "1,2", b: "" },
      header: "hello",
    });
  });

  it("passes the body byte by byte", async () => {
    const body = new Uint8Array([0, 255, 195, 40, 13, 10]);
    const headers = { "content-type": "application/octet-stream" };
    const response = await host.http.request("/api/echo", { method: "POST", body, headers });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
  });
});

describe("fact 2.6 request.user is taken from the App Service principal headers", () => {
  it("shows id, name, and the principal with its claims", async () => {
    const principal = { auth_typ: "aad", claims: [{ typ: "roles", val: "OrderBell.Admin" }] };
    const seen = await getJson("/api/defaultRoute", {
      headers: {
        "x-ms-client-principal": Buffer.from(JSON.stringify(principal)).toString("base64"),
        "x-ms-client-principal-id": "u1",
        "x-ms-client-principal-name": "Ada",
        "x-ms-client-principal-idp": "aad",
      },
    });
    const user = { type: "AppService", id: "u1", username: "Ada", claimsPrincipalData: principal };
    expect(seen).toMatchObject({ user });
  });

  it("fails the invocation that reads it when App Service sent the principal alone", async () => {
    const headers = { "x-ms-client-principal": Buffer.from('{"claims":[]}').toString("base64") };
    expect((await host.http.request("/api/defaultRoute", { headers })).status).toBe(500);
  });
});

describe("fact 2.3 an answer carries status, headers, cookies and body; 204, 205 and 304 no body", () => {
  it("answers text with its content type", async () => {
    const response = await host.http.request("/api/text");
    expect(response.headers.get("content-type")).toMatch(/^text\/plain;\s*charset=utf-8$/i);
    expect(await response.text()).toBe("grüezi");
  });

  it("answers 204 when the handler returns nothing, and drops the body of a 204", async () => {
    expect((await host.http.request("/api/nothing")).status).toBe(204);
    const response = await host.http.request("/api/noContent");
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  });

  it("writes cookies as ASP.NET does", async () => {
    const response = await host.http.request("/api/cookies");
    expect(response.status).toBe(304);
    expect(response.headers.getSetCookie()).toEqual([
      "plain=a%20b; path=/",
      "full=1; expires=Wed, 02 Jan 2030 00:00:00 GMT; max-age=60; domain=example.org; path=/x; secure; samesite=strict; httponly",
      "cross=2; path=/; secure; samesite=none",
    ]);
  });

  it("answers a bare 500 when the handler throws, and logs the error without the query", async () => {
    const response = await host.http.request("/api/throws?code=secret-in-query");
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("");
    const entry = log.find(({ level, functionName }) => level === "error" && functionName === "throws");
    expect(entry?.message).toContain("the order book is on fire");
    expect(entry?.invocationId).toMatch(/^[\da-f-]{36}$/);
    expect(JSON.stringify(log)).not.toContain("secret-in-query");
  });

  it("answers 500 when the handler returns something that is no response", async () => {
    expect((await host.http.request("/api/notAnObject")).status).toBe(500);
  });
});

describe("keys", () => {
  it.each([
    ["withKey", "function-key", 200],
    ["withKey", "host-key", 200],
    ["withKey", "system-key", 401],
    ["withKey", "wrong", 401],
    ["withKey", "", 401],
    ["withKey", "master-key", 200],
    ["forAdmins", "master-key", 200],
    ["forAdmins", "host-key", 401],
    ["forAdmins", "function-key", 401],
  ])("answers %s with the key '%s' by %i", async (name, key, status) => {
    expect((await host.http.request(`/api/${name}?code=${key}`)).status).toBe(status);
    expect((await host.http.request(`/api/${name}`, { headers: { "x-functions-key": key } })).status).toBe(
      status,
    );
  });

  it("answers a bare 401 without a key", async () => {
    const response = await host.http.request("/api/withKey");
    expect(response.status).toBe(401);
    expect(await response.text()).toBe("");
  });

  it("looks at the header before the query", async () => {
    const headers = { "x-functions-key": "wrong" };
    expect((await host.http.request("/api/withKey?code=function-key", { headers })).status).toBe(401);
  });
});

describe("fact 1.6 hooks run in order, from appStart to the log", () => {
  it("runs hooks in order and lets them replace inputs and result", async () => {
    expect(await getJson("/api/hooked")).toEqual({ result: "from post" });
    expect(await getJson("/api/hookCalls")).toEqual(["appStart", "pre 1", "pre 2", "post from pre"]);
  });

  it("passes the app's log through log hooks, with level, function and invocation", async () => {
    await host.http.request("/api/logs");
    const entry = log.find(({ category }) => category === "Function.logs.User");
    expect(entry).toMatchObject({ level: "warn", message: "card **** refused", functionName: "logs" });
  });
});

describe("fact 1.10 functions without HTTP get text and return values", () => {
  it("lists what the app registered, with trigger and bindings", () => {
    const types = Object.fromEntries(host.functions.map(({ name, trigger }) => [name, trigger.type]));
    expect(types).toMatchObject({
      addOne: "activityTrigger",
      addOrchestration: "orchestrationTrigger",
      counter: "entityTrigger",
      everyMinute: "timerTrigger",
      fromQueue: "queueTrigger",
    });
    const order = host.functions.find(({ name }) => name === "order");
    expect(order?.bindings.map(({ type, direction }) => [type, direction])).toEqual([
      ["httpTrigger", "in"],
      ["http", "out"],
    ]);
  });

  it("says what it runs, in any letter case", () => {
    expect(host.has("activityTrigger", "addOne")).toBe(true);
    expect(host.has("ActivityTRIGGER", "ADDONE")).toBe(true);
    expect(host.has("orchestrationTrigger", "addOne")).toBe(false);
    expect(host.has("queueTrigger", "fromQueue")).toBe(false);
  });

  it("invokes an activity with JSON input and trigger metadata", async () => {
    const result = await host.invoke("addone", { text: "41", metadata: { instanceId: "i-1" } });
    expect(result).toEqual({ sum: 42, instanceId: "i-1" });
  });

  it("tells text, nothing and JSON text apart", async () => {
    expect(await host.invoke("returnsText", { text: "not json" })).toBe('got "not json"');
    expect(await host.invoke("returnsText", { text: null })).toBe("got undefined");
    expect(await host.invoke("returnsNothing", { text: "1" })).toBeUndefined();
  });

  it("rejects with what the handler threw", async () => {
    await expect(host.invoke("addOne", { text: '"fail"' })).rejects.toThrow(
      new TypeError("cannot add to text"),
    );
  });

  it("runs one turn of an orchestrator and returns its actions", async () => {
    const event = { EventId: -1, IsPlayed: false, Timestamp: "2026-01-01T00:00:00.000Z" };
    const history = [
      { ...event, EventType: 12 },
      { ...event, EventType: 0, Name: "addOrchestration", Input: "1" },
    ];
    const turn = { history, input: 1, instanceId: "i-1", isReplaying: false, upperSchemaVersion: 3 };
    const state = await host.invoke("addOrchestration", { text: JSON.stringify(turn) });
    expect(state).toMatchObject({
      isDone: false,
      actions: [[{ actionType: 0, functionName: "addOne", input: 1 }]],
    });
  });

  it("gives a durable client to functions that ask for one", async () => {
    expect(await getJson("/api/startAdd")).toEqual({ taskHub: "TestHub" });
  });

  it("refuses to invoke what it does not run", async () => {
    await expect(host.invoke("noSuchFunction", { text: null })).rejects.toThrow("noSuchFunction");
    await expect(host.invoke("fromQueue", { text: null })).rejects.toThrow("does not run it");
  });
});

describe("what it does not start", () => {
  it("names function, binding and type of an unsupported binding, and runs the rest", async () => {
    const messages = log.filter(({ level }) => level === "error").map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringMatching(/'toQueue'.*'queueOutput.*'queue'/));
    expect(messages).toContainEqual(expect.stringMatching(/'fromQueue'.*'queueTrigger'/));
    expect((await host.http.request("/api/toQueue")).status).toBe(404);
  });

  it("names an entity, which it does not run", () => {
    const messages = log.filter(({ level }) => level === "error").map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringMatching(/'counter' is not started.*entityTrigger/));
  });

  it("tells in its overview what it runs, where, and what it does not run and why", () => {
    const byName = new Map(host.overview().map((fn) => [fn.name, fn]));
    expect(byName.get("order")).toEqual({
      name: "order",
      type: "httpTrigger",
      bindings: [],
      http: { methods: ["GET", "DELETE"], route: "/api/orders/{id:int}", authLevel: "anonymous" },
    });
    expect(byName.get("everyMinute")).toMatchObject({
      timer: { schedule: "0 * * * * *", nextAt: null, isMonitored: true },
    });
    expect(byName.get("startAdd")?.bindings).toEqual(["durableClient"]);
    expect(byName.get("counter")?.notStarted).toMatch(/entityTrigger/);
    expect(byName.get("switchedOff")?.notStarted).toMatch(/Disabled/);
  });

  it("does not start a function that its setting disables", async () => {
    expect((await host.http.request("/api/switchedOff")).status).toBe(404);
  });
});

describe("fact 1.3 one process has one core, so it runs one app", () => {
  it("serves the same app from a second host with its own route prefix", async () => {
    const hostJson = parseHostJson('{"version":"2.0","extensions":{"http":{"routePrefix":""}}}');
    const second = await createFunctionsHost({ ...options, hostJson, log: () => {} });
    expect((await second.http.request("/orders/latest")).status).toBe(200);
    expect((await second.http.request("/api/orders/latest")).status).toBe(404);
    await second.stop();
    expect((await host.http.request("/api/orders/latest")).status).toBe(200);
  });

  it("refuses another app", async () => {
    const appFolder = join(apps, "cjs-app");
    await expect(createFunctionsHost({ ...options, appFolder, log: () => {} })).rejects.toThrow(
      /already runs/,
    );
  });

  it("waits for running invocations when it stops, then takes no more", async () => {
    const lines: string[] = [];
    const second = await createFunctionsHost({ ...options, log: ({ message }) => lines.push(message) });
    const running = second.http.request("/api/slow");
    await vi.waitFor(() => expect(lines).toContainEqual(expect.stringContaining("Executing 'slow'")));
    await second.stop();
    expect(lines).toContainEqual(expect.stringContaining("Executed 'slow' (Succeeded"));
    expect((await running).status).toBe(200);
    expect((await second.http.request("/api/slow")).status).toBe(500);
  });
});
