import { expect, it } from "vitest";
import { parseHostJson } from "../../../local/host/host-json.ts";

it("fills in the defaults of Azure Functions", () => {
  const { extensions, functionTimeout } = parseHostJson('{"version":"2.0"}');
  expect(extensions.http.routePrefix).toBe("api");
  expect(extensions.durableTask.storeInputsInOrchestrationHistory).toBe(false);
  expect(extensions.durableTask.overridableExistingInstanceStates).toBe("NonRunningStates");
  expect(functionTimeout).toBe(30 * 60 * 1000);
});

it.each([
  ["00:05:00", 300_000],
  ["1.00:00:01", 86_401_000],
  ["00:00:01.5", 1_500],
  ["-1", null],
])("reads the timeout %s", (functionTimeout, ms) => {
  expect(parseHostJson(JSON.stringify({ version: "2.0", functionTimeout })).functionTimeout).toBe(ms);
});

it("keeps what it does not know", () => {
  const { extensions } = parseHostJson('{"version":"2.0","extensions":{"durableTask":{"tracing":{"x":1}}}}');
  expect(extensions.durableTask["tracing"]).toEqual({ x: 1 });
});

it.each([
  ["text that is not JSON", "{"],
  ["a missing version", "{}"],
  ["a route prefix that is no text", '{"version":"2.0","extensions":{"http":{"routePrefix":1}}}'],
  ["a timeout that is no time span", '{"version":"2.0","functionTimeout":"5 minutes"}'],
  ["a timeout below a second", '{"version":"2.0","functionTimeout":"00:00:00"}'],
])("refuses %s", (_what, text) => {
  expect(() => parseHostJson(text)).toThrow(/host\.json/);
});
