import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { isAuthorized } from "../../../local/host/authorize-request.ts";
import { createFunctionsHost, type FunctionsHost } from "../../../local/host/functions-host.ts";
import { parseHostJson } from "../../../local/host/host-json.ts";
import type { HostLogEntry } from "../../../local/host/host-log.ts";
import { memoryStatuses } from "./memory-statuses.ts";

let host: FunctionsHost;
const log: HostLogEntry[] = [];
const statuses = memoryStatuses();
const keys = {
  function: { old: "old-function-key", new: "new-function-key" },
  host: { default: "host-key", "for-salesforce": "second-host-key" },
  master: "master-key",
  system: "system-key",
};

beforeAll(async () => {
  host = await createFunctionsHost({
    appFolder: join(import.meta.dirname, "../../fixtures/apps/esm-app"),
    settings: {},
    hostJson: parseHostJson('{"version":"2.0"}'),
    keys,
    scheduleStatuses: statuses,
    durableClient: () => "{}",
    log: (entry) => log.push(entry),
  });
});
beforeEach(() => {
  log.length = 0;
});
afterAll(() => host.stop());

function runByHand(name: string, o: { key?: string; body?: string; type?: string; query?: string } = {}) {
  return host.http.request(`/admin/functions/${name}${o.query ?? ""}`, {
    method: "POST",
    headers: {
      "content-type": o.type ?? "application/json",
      ...(o.key === undefined ? {} : { "x-functions-key": o.key }),
    },
    body: o.body ?? "{}",
  });
}

const outcomes = (name: string) =>
  log.filter(({ functionName, message }) => functionName === name && message.startsWith("Executed"));
const ended = (name: string, times = 1) => vi.waitFor(() => expect(outcomes(name)).toHaveLength(times));

describe("POST /admin/functions/{name}", () => {
  it.each([
    ["in the header", { key: "master-key" }],
    ["in the query", { query: "?code=master-key" }],
  ])("runs a timer function now and answers 202 to the master key %s", async (_, o) => {
    const response = await runByHand("EveryMinute", o);
    expect(response.status).toBe(202);
    expect(await response.text()).toBe("");
    await ended("everyMinute");
    expect(outcomes("everyMinute")[0]?.message).toContain("Succeeded");
    expect(statuses.read("everyMinute")).toBeNull();
  });

  it.each([undefined, "", "new-function-key", "host-key", "system-key", "wrong"])(
    "answers a bare 401 to the key %s and runs nothing",
    async (key) => {
      const response = await runByHand("everyMinute", key === undefined ? {} : { key });
      expect(response.status).toBe(401);
      expect(await response.text()).toBe("");
      // The name is not told to strangers either.
      expect((await runByHand("noSuchFunction", key === undefined ? {} : { key })).status).toBe(401);
      expect(log).toEqual([]);
    },
  );

  it.each(["noSuchFunction", "fromQueue", "switched%20off"])("answers 404 for %s", async (name) => {
    expect((await runByHand(name, { key: "master-key" })).status).toBe(404);
  });

  it.each(["", "null", "run it", '{"input":{}}', "[]"])("answers 400 for the body '%s'", async (body) => {
    expect((await runByHand("everyMinute", { key: "master-key", body })).status).toBe(400);
  });

  it("answers 415 for a body that is not said to be JSON", async () => {
    expect((await runByHand("everyMinute", { key: "master-key", type: "text/plain" })).status).toBe(415);
  });

  it("gives an activity its input, and answers 202 also when the run fails", async () => {
    expect((await runByHand("addOne", { key: "master-key", body: '{"input":"fail"}' })).status).toBe(202);
    await ended("addOne", 1);
    expect(outcomes("addOne")[0]?.message).toContain("cannot add to text");
    expect((await runByHand("addOne", { key: "master-key", body: '{"input":41}' })).status).toBe(202);
    await vi.waitFor(() => expect(log.at(-1)?.message).toContain("Executed 'addOne' (Succeeded"));
  });

  it("refuses a function with an HTTP trigger by name", async () => {
    const response = await runByHand("latestOrder", { key: "master-key" });
    expect(response.status).toBe(400);
    expect(await response.text()).toBe("'latestOrder' has an HTTP trigger: call its own URL.");
  });

  it("serves nothing else below /admin", async () => {
    const headers = { "x-functions-key": "master-key" };
    expect((await host.http.request("/admin/functions/everyMinute", { headers })).status).toBe(404);
    expect((await host.http.request("/admin/host/status", { headers })).status).toBe(404);
  });
});

describe("several keys by name", () => {
  it.each([
    ["old-function-key", 200],
    ["new-function-key", 200],
    ["host-key", 200],
    ["second-host-key", 200],
    ["master-key", 200],
    ["old", 401],
    ["default", 401],
    ["system-key", 401],
  ])("answer the key '%s' by %i", async (key, status) => {
    expect((await host.http.request(`/api/withKey?code=${key}`)).status).toBe(status);
  });

  it("let nobody in when there are none", () => {
    const none = { function: {}, host: {}, master: "master-key", system: "system-key" };
    for (const key of [null, "", "local", "undefined"])
      expect(isAuthorized("function", key, none)).toBe(false);
    expect(isAuthorized("function", "master-key", none)).toBe(true);
  });
});
