// @ts-check
/**
 * Measures the local Durable engine with the real durable-functions library: first exact counts of work, then times.
 * Run `npm run build`, then `node bench/local-runtime/durable.js`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDurableEngine } from "../../dist/local/durable/durable-engine.js";
import { createFunctionsHost } from "../../dist/local/host/functions-host.js";
import { parseHostJson } from "../../dist/local/host/host-json.js";
import { openScheduleStatuses } from "../../dist/local/host/timers/schedule-status.js";
import { openState } from "../../dist/local/state/open-state.js";
import { WorkCount } from "./count-work.js";

const inFlight = 2_000;
const fanOuts = 60;
const width = 100;
const sequential = 200;

const dataDir = mkdtempSync(join(tmpdir(), "durable-bench-"));
const state = openState(dataDir);
const work = new WorkCount(state);
const host = await createFunctionsHost({
  appFolder: join(import.meta.dirname, "durable-app"),
  settings: {},
  hostJson: parseHostJson('{ "version": "2.0" }'),
  keys: { function: "local", host: "local", master: "local", system: "local" },
  scheduleStatuses: openScheduleStatuses(state),
  log: ({ level, message }) => {
    if (level === "error") console.error(message);
  },
});
const engine = createDurableEngine({
  state,
  functions: work.watchFunctions({
    has: (kind, name) => host.has(`${kind === "orchestrator" ? "orchestration" : kind}Trigger`, name),
    runOrchestrator: (name, instanceId, text) => host.invoke(name, { text, metadata: { instanceId } }),
    runActivity: (name, instanceId, text) => host.invoke(name, { text, metadata: { instanceId } }),
  }),
  storeInputsInOrchestrationHistory: false,
  log: (level, message) => {
    if (level === "error") console.error(message);
  },
});
engine.start();

try {
  await repeat(50, () => run("trivial", null));
  await repeat(5, () => run("fanOut", String(width)));
  console.table({
    "trivial, one at a time": await countWork(sequential, () =>
      repeat(sequential, () => run("trivial", null)),
    ),
    [`trivial, ${inFlight} in flight`]: await countWork(inFlight, () => together(inFlight)),
    [`fan-out of ${width}`]: await countWork(fanOuts, () =>
      repeat(fanOuts, () => run("fanOut", String(width))),
    ),
  });
  const rates = [];
  for (let round = 0; round < 3; round += 1)
    rates.push(inFlight / ((await timeOf(() => together(inFlight))) / 1000));
  const sequentialMs = await timeEach(sequential, () => run("trivial", null));
  const fanOutMs = await timeEach(fanOuts, () => run("fanOut", String(width)));
  console.table({
    [`trivial, ${inFlight} in flight, per second (best of 3)`]: { measured: Math.round(Math.max(...rates)) },
    "trivial, one at a time, per second": {
      measured: Math.round(1000 / (sequentialMs.reduce((a, b) => a + b, 0) / sequential)),
    },
    [`fan-out of ${width}, p50 ms`]: { measured: quantile(fanOutMs, 0.5) },
    [`fan-out of ${width}, p95 ms`]: { measured: quantile(fanOutMs, 0.95) },
  });
} finally {
  await engine.stop();
  await host.stop();
  await state.close();
  rmSync(dataDir, { recursive: true, force: true });
}

/**
 * Starts an orchestration and resolves at its end.
 * @param {string} name
 * @param {string | null} input JSON text
 */
async function run(name, input) {
  const instanceId = await engine.startNew({ name, input });
  await engine.waitForEnd(instanceId, 60_000);
  const row = engine.getInstance(instanceId);
  if (row?.runtimeStatus !== "Completed") throw new Error(`${name} is ${row?.runtimeStatus}: ${row?.output}`);
}

/** @param {number} count */
async function together(count) {
  await Promise.all(Array.from({ length: count }, () => run("trivial", null)));
}

/**
 * @param {number} times
 * @param {() => Promise<void>} action
 */
async function repeat(times, action) {
  for (let n = 0; n < times; n += 1) await action();
}

/**
 * Work per orchestration.
 * @param {number} orchestrations
 * @param {() => Promise<void>} action
 */
async function countWork(orchestrations, action) {
  const before = work.read();
  await action();
  const after = work.read();
  const per = (/** @type {keyof typeof after} */ key) => round((after[key] - before[key]) / orchestrations);
  return {
    "functions run": per("invocations"),
    commits: per("commits"),
    "LMDB transactions": per("transactions"),
    "rows written": per("rows"),
    "bytes written": Math.round(per("bytes")),
  };
}

/** @param {() => Promise<void>} action */
async function timeOf(action) {
  const startMs = performance.now();
  await action();
  return performance.now() - startMs;
}

/**
 * @param {number} times
 * @param {() => Promise<void>} action
 */
async function timeEach(times, action) {
  const took = [];
  for (let n = 0; n < times; n += 1) took.push(await timeOf(action));
  return took;
}

/**
 * @param {number[]} values
 * @param {number} share
 */
function quantile(values, share) {
  return round(values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
