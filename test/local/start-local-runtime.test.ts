import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { HostLogEntry } from "../../local/host/host-log.ts";
import { openScheduleStatuses } from "../../local/host/timers/schedule-status.ts";
import { type LocalRuntime, startLocalRuntime } from "../../local/start-local-runtime.ts";
import { openState } from "../../local/state/open-state.ts";

const app = join(import.meta.dirname, "../fixtures/apps/timers-app");
const dataDir = mkdtempSync(join(tmpdir(), "orderbell-runtime-"));
const log: HostLogEntry[] = [];

let runtime: LocalRuntime;

const options = {
  app,
  port: 0,
  dataDir,
  settings: { A_SECRET: "never-to-be-shown" },
  keys: { function: "function-key", master: "master-key" },
  log: (entry: HostLogEntry) => void log.push(entry),
};

beforeAll(async () => {
  // The runtime was down when this timer should have run.
  const state = openState(dataDir);
  await openScheduleStatuses(state).write("yearly", {
    last: null,
    next: new Date("2021-01-01T00:00:00Z"),
    lastUpdated: new Date("2020-06-01T00:00:00Z"),
  });
  await state.close();
  runtime = await startLocalRuntime(options);
});
afterAll(async () => {
  await runtime.stop();
  rmSync(dataDir, { recursive: true });
});

const call = (path: string, init?: RequestInit) => fetch(`${runtime.url}${path}`, init);

const timerSchema = z.object({
  isPastDue: z.boolean(),
  schedule: z.object({ adjustForDST: z.boolean() }),
  scheduleStatus: z.object({ last: z.string(), lastUpdated: z.string(), next: z.string() }).nullable(),
});

async function runsOf(name: string): Promise<z.infer<typeof timerSchema>[]> {
  const runs = z.record(z.string(), z.array(timerSchema)).parse(await (await call("/api/runs")).json());
  return runs[name] ?? [];
}

describe("fact 2.5 timers", () => {
  it("run at their occurrences, one that fails like any other", async () => {
    await vi.waitFor(
      async () => {
        expect((await runsOf("everySecond")).length).toBeGreaterThanOrEqual(2);
        expect((await runsOf("failing")).length).toBeGreaterThanOrEqual(2);
      },
      { timeout: 8_000, interval: 200 },
    );
    expect(log).toContainEqual(
      expect.objectContaining({ level: "error", functionName: "failing" }) as unknown,
    );
  });

  it("run at once when an occurrence was missed while the runtime was down, as past due", async () => {
    const [first] = await vi.waitUntil(async () => {
      const runs = await runsOf("yearly");
      return runs.length > 0 && runs;
    });
    expect(first).toMatchObject({ isPastDue: true, scheduleStatus: { next: "2021-01-01T00:00:00+00:00" } });
  });

  it("run on start-up where they ask for it", async () => {
    const [onStartup] = await runsOf("yearlyAndOnStartup");
    expect(onStartup).toMatchObject({ isPastDue: false });
    const [unmonitored] = await runsOf("unmonitored");
    expect(unmonitored?.scheduleStatus).toBeNull();
  });

  it("remember over a restart that they ran", async () => {
    const before = (await runsOf("yearly")).length;
    await runtime.stop();
    runtime = await startLocalRuntime(options);
    await vi.waitUntil(async () => (await runsOf("yearlyAndOnStartup")).length === 2);
    const [, again] = await runsOf("yearlyAndOnStartup");
    // The run before the restart is the last one this run hears of.
    expect(Date.parse(again?.scheduleStatus?.last ?? "")).toBeGreaterThan(Date.now() - 60_000);
    expect((await runsOf("yearly")).length).toBe(before);
  });

  it.each([
    ["timeSpan", /time span, which works on an App Service plan only/],
    ["notCron", /is not an NCRONTAB expression/],
    ["noSuchSetting", /'%NO_SUCH_SCHEDULE%' does not resolve to a value/],
  ])("are not started with the schedule of %s", (name, reason) => {
    const line = log.find(({ level, functionName }) => level === "error" && functionName === name);
    expect(line?.message).toMatch(reason);
  });
});

describe("functionTimeout", () => {
  it("fails an invocation with Azure's message, and says what becomes of the handler", async () => {
    const response = await call("/api/tooLong");
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("");
    const lines = log.filter(({ functionName }) => functionName === "tooLong").map(({ message }) => message);
    expect(lines).toContainEqual(
      expect.stringContaining("Timeout value of 00:00:01 was exceeded by function: Functions.tooLong"),
    );
    expect(lines).toContainEqual(expect.stringContaining("The handler goes on"));
  });
});

describe("CORS of local.settings.json", () => {
  const preflight = (origin: string) =>
    call("/api/echo", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-functions-key",
      },
    });

  it("answers a preflight of a named origin before anything else", async () => {
    const response = await preflight("https://app.example");
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "https://app.example",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type,x-functions-key",
      vary: "Origin",
    });
  });

  it("marks the answer to a named origin, errors too", async () => {
    const headers = { origin: "https://other.example" };
    for (const [path, status] of [
      ["/api/echo?code=function-key", 200],
      ["/api/echo", 401],
      ["/api/unknown", 404],
    ] as const) {
      const response = await call(path, { headers });
      expect(response.status).toBe(status);
      expect(response.headers.get("access-control-allow-origin")).toBe("https://other.example");
    }
  });

  it("gives a foreign origin no headers, neither for a preflight nor after", async () => {
    const answers = [
      await preflight("https://evil.example"),
      await call("/api/echo?code=function-key", { headers: { origin: "https://evil.example" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([204, 200]);
    for (const { headers } of answers) expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  it("leaves requests without an origin alone", async () => {
    const { headers } = await call("/api/echo?code=function-key");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("keys", () => {
  it("are the given ones, and `local` where none is given", async () => {
    const statusOf = async (path: string, key: string) =>
      (await call(path, { headers: { "x-functions-key": key } })).status;
    expect(await statusOf("/api/echo", "function-key")).toBe(200);
    expect(await statusOf("/api/echo", "local")).toBe(200); // the host key
    expect(await statusOf("/api/echo", "wrong")).toBe(401);
    expect(await statusOf("/api/for-admins", "master-key")).toBe(200);
    expect(await statusOf("/api/for-admins", "local")).toBe(401);
    const instances = "/runtime/webhooks/durabletask/instances/";
    expect(await statusOf(instances, "local")).toBe(200); // the system key
    expect(await statusOf(instances, "master-key")).toBe(200);
    expect(await statusOf(instances, "function-key")).toBe(401);
  });
});

describe("fact 7 the durableClient binding carries the addresses of the management API", () => {
  it("gives task hub, connection, addresses with the system key, and a loopback address for the client's own calls", async () => {
    const { payload, hostName } = z
      .object({ payload: z.record(z.string(), z.unknown()), hostName: z.string() })
      .parse(await (await call("/api/durablePayload")).json());
    const base = `${runtime.url}/runtime/webhooks/durabletask`;
    expect(hostName).toBe(new URL(runtime.url).host);
    expect(payload).toMatchObject({
      taskHubName: "TestHubName",
      connectionName: "Storage",
      creationUrls: {
        createNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?code=local`,
      },
      managementUrls: {
        id: "INSTANCEID",
        statusQueryGetUri: `${base}/instances/INSTANCEID?taskHub=TestHubName&connection=Storage&code=local`,
        terminatePostUri: expect.stringContaining("/terminate?reason={text}&") as unknown,
        sendEventPostUri: expect.stringContaining("/raiseEvent/{eventName}?") as unknown,
      },
      baseUrl: base,
    });
    expect(payload["rpcBaseUrl"]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/durabletask\/$/);
  });

  it("keeps that address from pages of the web", async () => {
    const { payload } = z
      .object({ payload: z.looseObject({ rpcBaseUrl: z.url() }) })
      .parse(await (await call("/api/durablePayload")).json());
    const instances = `${payload.rpcBaseUrl}instances/`;
    expect((await fetch(instances)).status).toBe(200);
    expect((await fetch(instances, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect(await statusWith({ host: "evil.example" }, instances)).toBe(421);
  });
});

/** A raw request: fetch sets `Host` itself, and gives a GET no body. */
function answerTo(
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, runtime.url), { headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
const statusWith = async (headers: Record<string, string>, path = "/api/runs") =>
  (await answerTo(path, headers)).status;

describe("fact 2.2 the body of a GET is dropped", () => {
  it("shows the handler none", async () => {
    const headers = { "content-type": "text/plain", "content-length": "4" };
    expect(await answerTo("/api/hasBody", headers, "body")).toEqual({ status: 200, text: "false" });
  });
});

describe("the door", () => {
  it.each([
    "evil.example",
    "evil.example:7071",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "0.0.0.0",
  ])("answers 421 to a page that calls it %s", async (host) => {
    expect(await statusWith({ host })).toBe(421);
    expect(await statusWith({ host }, "/.runtime/")).toBe(421);
  });

  it.each(["localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:7071"])(
    "answers who calls it %s",
    async (host) => {
      expect(await statusWith({ host })).toBe(200);
    },
  );

  it("answers 431 to headers beyond 32 KB", async () => {
    expect(await statusWith({ "x-large": "a".repeat(31 * 1024) })).toBe(200);
    expect(await statusWith({ "x-large": "a".repeat(33 * 1024) })).toBe(431);
  });

  it("answers 413 to a body beyond 100 MB without reading it", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { "content-length": String(101 * 1024 * 1024), "x-functions-key": "function-key" };
      const sent = request(
        `${runtime.url}/api/echo`,
        { method: "POST", headers, agent: false },
        (response) => {
          resolve(response.statusCode);
          sent.destroy();
        },
      );
      sent.once("error", reject);
      sent.write("a");
    });
    expect(status).toBe(413);
  });
});

describe("the runtime's page", () => {
  it("tells as JSON what is loaded and running, and what is not and why", async () => {
    await call("/api/start/waits");
    await call("/api/start/ends");
    const overview = await vi.waitFor(async () => {
      const read: unknown = await (await call("/.runtime/?format=json")).json();
      expect(read).toMatchObject({ orchestrations: { byStatus: { Running: 1, Completed: 1 } } });
      return read;
    });
    expect(overview).toMatchObject({
      url: runtime.url,
      appFolder: app,
      dataFolder: dataDir,
      platformAuth: false,
      corsOrigins: ["https://app.example", "https://other.example"],
      taskHub: "TestHubName",
      orchestrations: { total: 2, isPartial: false },
      signalR: null,
      versions: {
        "Node.js": process.versions.node,
        "@azure/functions": expect.stringMatching(/^4\./) as unknown,
      },
    });
    const { functions } = z
      .looseObject({ functions: z.array(z.looseObject({ name: z.string() })) })
      .parse(overview);
    const byName = new Map(functions.map((fn) => [fn.name, fn]));
    expect(byName.get("everySecond")).toMatchObject({
      timer: { schedule: "* * * * * *", isMonitored: false, nextAt: expect.stringMatching(/Z$/) as unknown },
    });
    expect(byName.get("admin")).toMatchObject({ http: { route: "/api/for-admins", authLevel: "admin" } });
    expect(byName.get("timeSpan")).toMatchObject({
      notStarted: expect.stringMatching(/time span/) as unknown,
    });
  });

  it("names settings and shows no value, key or connection string", async () => {
    for (const path of ["/.runtime/", "/.runtime/?format=json"]) {
      const text = await (await call(path)).text();
      expect(text).toContain("A_SECRET");
      for (const secret of ["never-to-be-shown", "function-key", "master-key", "AccountKey"]) {
        expect(text).not.toContain(secret);
      }
    }
  });

  it("is HTML for a person, with a policy that lets nothing else in", async () => {
    const response = await call("/.runtime/", { headers: { accept: "text/html,*/*;q=0.8" } });
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(response.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    const text = await response.text();
    expect(text).toContain("everySecond");
    expect(text).not.toMatch(/<script|style="/);
    const json = await call("/.runtime/", { headers: { accept: "application/json" } });
    expect(json.headers.get("content-type")).toMatch(/^application\/json/);
    expect((await call("/.runtime", { redirect: "manual" })).headers.get("location")).toBe("/.runtime/");
  });

  it("takes no other method, and no other origin may read it", async () => {
    for (const method of ["POST", "DELETE", "OPTIONS"]) {
      expect((await call("/.runtime/", { method })).status).toBe(405);
    }
    const { headers } = await call("/.runtime/", { headers: { origin: "https://app.example" } });
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect((await call("/.runtime/else")).status).toBe(404);
  });
});
