import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFunctionsHost, type FunctionsHost } from "../../../local/host/functions-host.ts";
import { parseHostJson } from "../../../local/host/host-json.ts";
import { memoryStatuses } from "./memory-statuses.ts";

let host: FunctionsHost;

beforeAll(async () => {
  host = await createFunctionsHost({
    appFolder: join(import.meta.dirname, "../../fixtures/apps/cjs-app"),
    settings: { GREETING: "hello" },
    hostJson: parseHostJson('{"version":"2.0","extensions":{"http":{"routePrefix":""}}}'),
    keys: { function: "local", host: "local", master: "local", system: "local" },
    scheduleStatuses: memoryStatuses(),
    log: () => {},
  });
});
afterAll(() => host.stop());

describe("fact 1.1 require and import of @azure/functions both reach the host's core", () => {
  it("serves a function that a CommonJS file registered, and one of an ES module of the same app", async () => {
    expect(await (await host.http.request("/ada")).json()).toEqual({ name: "ada" });
    expect(await (await host.http.request("/module/hello")).text()).toBe("from a module");
  });
});

describe("fact 1.7 main of package.json is a glob with braces", () => {
  it("loads every file it names, .mjs as a module", () => {
    const names = host.functions.map(({ name }) => name).toSorted();
    expect(names).toEqual(["hello", "helloFromModule", "helloSomeone"]);
  });
});

it("serves the empty route by {ignored:maxlength(0)?} and lets other paths pass it by", async () => {
  expect(await (await host.http.request("/")).json()).toEqual({ setting: "hello" });
  expect(await (await host.http.request("/ada")).json()).toEqual({ name: "ada" });
});
