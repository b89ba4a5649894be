// @ts-check
/** Sends orders one after another and says what each cost. */
import { readInstance, waitForEnd } from "./app-client.js";
import { countDurableOperations, findLargest } from "./count-durable-operations.js";

/** @typedef {import("./start-measured-app.js").MeasuredApp} MeasuredApp */
/** @typedef {import("./start-counting-server.js").Counts} Counts */
/** @typedef {Awaited<ReturnType<typeof measureOrders>>} OrderCost */

/**
 * What one order cost: the median of several, so that a timer that runs meanwhile does not count.
 * @param {MeasuredApp} app
 * @param {{ orders: number, pushes: number, nextOrderId: () => string, send: (orderId: string) => Promise<void> }} options
 *   `pushes`: calls to SignalR that each order ends with
 */
export async function measureOrders(app, { orders, pushes, nextOrderId, send }) {
  /** @type {Awaited<ReturnType<typeof measureOrder>>[]} */
  const costs = [];
  for (let n = 0; n <= orders; n += 1) {
    const cost = await measureOrder(app, nextOrderId(), pushes, send);
    // The first one warms up.
    if (n > 0) costs.push(cost);
  }
  const typical = (/** @type {"tables" | "durable" | "functions" | "signalR"} */ key) =>
    medianOfCounts(costs.map((cost) => cost[key]));
  return {
    tables: typical("tables"),
    durable: typical("durable"),
    functions: typical("functions"),
    signalR: typical("signalR"),
    mostDurable: median(costs.map((cost) => cost.mostDurable)),
    instances: median(costs.map((cost) => cost.instances)),
    turns: median(costs.map((cost) => cost.turns)),
    cpuMs: median(costs.map((cost) => cost.cpuMs)),
    elapsedMs: median(costs.map((cost) => cost.elapsedMs)),
    longestHistory: Math.max(...costs.map((cost) => cost.largest.events)),
    largestValueBytes: Math.max(...costs.map((cost) => cost.largest.valueBytes)),
  };
}

/** @param {MeasuredApp} app @param {string} orderId @param {number} pushes @param {(orderId: string) => Promise<void>} send */
async function measureOrder(app, orderId, pushes, send) {
  const before = await app.read();
  const startedMs = performance.now();
  const pushed = app.pushes() + pushes;
  await send(orderId);
  const ids = await waitForEnd(app.url, orderId, () => app.pushes() >= pushed);
  const elapsedMs = performance.now() - startedMs;
  const after = await app.read();
  const instances = [];
  // The root has the shortest id.
  for (const id of ids.toSorted((a, b) => a.length - b.length))
    instances.push(await readInstance(app.url, id));
  const functions = subtract(after.functions, before.functions);
  const names = [...new Set(instances.map(({ name }) => name))];
  return {
    tables: subtract(after.tables, before.tables),
    signalR: subtract(after.signalR, before.signalR),
    functions,
    durable: countDurableOperations(instances, functions),
    mostDurable: sum(countDurableOperations(instances, undefined)),
    instances: instances.length,
    turns: names.reduce((sum, name) => sum + (functions[name] ?? 0), 0),
    cpuMs: after.cpuMs - before.cpuMs,
    elapsedMs,
    largest: findLargest(instances),
  };
}

/** @param {Counts} after @param {Counts} before @returns {Counts} */
function subtract(after, before) {
  const entries = Object.entries(after).map(([key, value]) => [key, value - (before[key] ?? 0)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== 0));
}

/** @param {readonly Counts[]} all @returns {Counts} */
function medianOfCounts(all) {
  const keys = [...new Set(all.flatMap((counts) => Object.keys(counts)))];
  const entries = keys.map((key) => [key, median(all.map((counts) => counts[key] ?? 0))]);
  return Object.fromEntries(entries.filter(([, value]) => value !== 0));
}

/** The lower of two middle values: a count stays one that occurred. @param {readonly number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}

/** @param {Counts} counts */
export function sum(counts) {
  return Object.values(counts).reduce((total, value) => total + value, 0);
}
