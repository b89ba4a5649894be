import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFunctionsHost, type FunctionsHost } from "../../../local/host/functions-host.ts";
import { parseHostJson } from "../../../local/host/host-json.ts";

let host: FunctionsHost;

beforeAll(async () => {
  host = await createFunctionsHost({
    appFolder: join(import.meta.dirname, "../../fixtures/apps/cjs-app"),
    settings: { GREETING: "hello" },
    hostJson: parseHostJson('{"version":"2.0","extensions":{"http":{"routePrefix":""}}}'),
    keys: { function: "local", host: "local", system: "local" },
    log: () => {},
  });
});
afterAll(() => host.stop());

it("loads CommonJS entry points that a glob in package.json names", () => {
  expect(host.functions.map(({ name }) => name).toSorted()).toEqual(["hello", "helloSomeone"]);
});

it("serves the empty route by {ignored:maxlength(0)?} and lets other paths pass it by", async () => {
  expect(await (await host.http.request("/")).json()).toEqual({ setting: "hello" });
  expect(await (await host.http.request("/ada")).json()).toEqual({ name: "ada" });
});
