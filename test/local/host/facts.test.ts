/** The contract between host, worker and programming model, one block for each thing an app relies on. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFunctionsHost, type FunctionsHost } from "../../../local/host/functions-host.ts";
import { parseHostJson } from "../../../local/host/host-json.ts";
import type { HostLogEntry } from "../../../local/host/host-log.ts";
import { memoryStatuses } from "./memory-statuses.ts";

let host: FunctionsHost;
const log: HostLogEntry[] = [];

beforeAll(async () => {
  host = await createFunctionsHost({
    appFolder: join(import.meta.dirname, "../../fixtures/apps/facts-app"),
    settings: {},
    hostJson: parseHostJson('{"version":"2.0"}'),
    keys: { function: "local", host: "local", master: "local", system: "local" },
    durableClient: () => JSON.stringify({ taskHubName: "T", creationUrls: {}, managementUrls: { id: "ID" } }),
    scheduleStatuses: memoryStatuses(),
    log: (entry) => log.push(entry),
  });
});
afterAll(() => host.stop());

async function getJson(path: string): Promise<unknown> {
  return (await host.http.request(`/api/${path}`)).json();
}
async function getText(path: string): Promise<string> {
  return (await host.http.request(`/api/${path}`)).text();
}
const bindingsOf = (name: string) =>
  host.functions
    .find((fn) => fn.name === name)
    ?.bindings.map(({ name: bindingName, ...binding }) => ({
      ...binding,
      // Names that the library makes up end in a hash.
      name: bindingName.replace(/[\da-f]{10}$/, "#"),
    }));

describe("fact 1.2 @azure/functions-core offers what the worker offers", () => {
  it("has every member, the model that registered, and versions", async () => {
    expect(await getJson("core")).toEqual({
      members: [
        "Disposable",
        "getProgrammingModel",
        "hostVersion",
        "log",
        "registerFunction",
        "registerHook",
        "setProgrammingModel",
        "version",
      ],
      model: "@azure/functions",
      versions: [expect.stringMatching(/^3\./), expect.stringMatching(/^4\./)],
    });
    expect(host.model).toMatchObject({ name: "@azure/functions" });
  });
});

describe("fact 1.4 capabilities are asked for once, after loading, which locks setup()", () => {
  it("refuses a setup after that", async () => {
    expect(await getJson("tooLate")).toMatchObject({
      lateSetup: { message: expect.stringMatching(/setup/i) as unknown },
    });
  });
});

describe("fact 1.5 a function id is registered once, and only during app startup", () => {
  it("refuses the same id again, in any letter case", async () => {
    expect(await getJson("atLoad")).toMatchObject({
      twice: {
        message: 'A function with id "PLAIN" has already been registered.',
        isAzureFunctionsSystemError: true,
      },
    });
    expect(await getText("plain")).toBe("plain");
  });

  it("refuses a function after the start", async () => {
    expect(await getJson("tooLate")).toMatchObject({
      lateFunction: {
        message: "A function can only be registered during app startup.",
        isAzureFunctionsSystemError: true,
      },
    });
  });
});

describe("fact 1.6 an unknown hook throws a RangeError that is marked as the system's", () => {
  it("names the hook", async () => {
    expect(await getJson("atLoad")).toMatchObject({
      unknownHook: {
        name: "RangeError",
        message: 'Unrecognized hook "midInvocation"',
        isAzureFunctionsSystemError: true,
      },
    });
  });
});

describe("fact 1.8 preInvocation may replace the handler, postInvocation result and error", () => {
  it("runs the handler of the hook", async () => {
    expect(await getText("replaced")).toBe("the hook's handler");
  });

  it("takes an error away, or adds one", async () => {
    expect(await getText("rescued")).toBe("rescued");
    expect((await host.http.request("/api/failedByHook")).status).toBe(500);
  });
});

describe("fact 1.9 an invocation has an id and a trace context", () => {
  it("shows both to the handler, another for each invocation", async () => {
    const first = await getJson("context/7");
    expect(first).toMatchObject({
      invocationId: expect.stringMatching(/^[\da-f-]{36}$/) as unknown,
      functionName: "context",
      traceContext: { traceParent: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-01$/) as unknown },
      params: { id: "7" },
    });
    expect(await getJson("context/7")).not.toEqual(first);
  });

  it("continues the caller's trace, and begins its own where the header is no such thing", async () => {
    const ask = async (traceparent: string) => {
      const answer = await host.http.request("/api/context/7", { headers: { traceparent } });
      return ((await answer.json()) as { traceContext: { traceParent: string } }).traceContext.traceParent;
    };
    const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    expect(await ask(traceparent)).toBe(traceparent);
    expect(await ask(traceparent.replaceAll("a", "0"))).not.toContain("b".repeat(16));
    expect(await ask("nonsense")).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
  });
});

describe("fact 1.10 without a $return binding the handler's value still comes back", () => {
  it.each([
    ["integer", 42],
    ["fraction", 1.5],
    ["truth", true],
    ["list", [1, "a", null]],
    ["nothing", undefined],
  ])("of the activity %s", async (name, value) => {
    expect(await host.invoke(name, { text: null })).toEqual(value);
  });
});

describe("fact 2.1 text that parses as JSON becomes that value on its way in, bytes stay bytes on their way out", () => {
  it.each([
    ["42", { type: "number", value: 42 }],
    ['{"a":[1]}', { type: "object", value: { a: [1] } }],
    ['"text"', { type: "string", value: "text" }],
    ["null", { type: "object", value: null }],
    ["true", { type: "boolean", value: true }],
    ["{not json", { type: "string", value: "{not json" }],
    ["", { type: "string", value: "" }],
  ])("%j", async (text, expected) => {
    expect(await host.invoke("echo", { text })).toEqual(expected);
  });

  it("gives undefined where there is no text", async () => {
    expect(await host.invoke("echo", { text: null })).toEqual({ type: "undefined" });
  });

  it("returns bytes", async () => {
    expect(await host.invoke("bytes", { text: null })).toEqual(Buffer.from([0, 255]));
  });
});

describe("fact 3 registrations become binding metadata", () => {
  const trigger = { direction: "in", properties: { supportsDeferredBinding: "false" } };

  it("of an HTTP function: anonymous, GET and POST by default, its answer in $return", () => {
    expect(bindingsOf("plain")).toEqual([
      {
        ...trigger,
        type: "httpTrigger",
        name: "httpTrigger#",
        authLevel: "anonymous",
        methods: ["GET", "POST"],
      },
      { type: "http", direction: "out", name: "$return" },
    ]);
  });

  it("of an HTTP function with everything", () => {
    expect(bindingsOf("full")).toEqual(
      expect.arrayContaining([
        {
          ...trigger,
          type: "httpTrigger",
          name: "httpTrigger#",
          authLevel: "function",
          methods: ["POST"],
          route: "full/{id}",
        },
        { ...trigger, type: "signalRConnectionInfo", name: "info", hubName: "orders", userId: "u1" },
        { ...trigger, type: "durableClient", name: "durableClientInput#" },
        { type: "signalR", direction: "out", name: "push", hubName: "orders" },
        { type: "http", direction: "out", name: "$return" },
      ]),
    );
  });

  it("of timers and Durable functions", () => {
    expect(bindingsOf("nightly")).toEqual([
      {
        ...trigger,
        type: "timerTrigger",
        name: "timerTrigger#",
        schedule: "0 0 2 * * *",
        runOnStartup: false,
        useMonitor: true,
      },
    ]);
    for (const [name, type] of [
      ["orchestrate", "orchestrationTrigger"],
      ["echo", "activityTrigger"],
      ["thing", "entityTrigger"],
    ] as const) {
      expect(bindingsOf(name)?.[0]).toEqual({ ...trigger, type, name: `${type}#` });
    }
  });

  it("names what this host does not run, and why", () => {
    const reasonOf = (name: string) => host.overview().find((fn) => fn.name === name)?.notStarted;
    expect(reasonOf("onMessage")).toMatch(/'signalRTrigger'.*does not support/);
    expect(reasonOf("thing")).toMatch(/'entityTrigger'.*does not support/);
    expect(log).toContainEqual(
      expect.objectContaining({
        level: "warn",
        message: expect.stringMatching(/^retried: its retry policy/) as unknown,
      }),
    );
  });
});
