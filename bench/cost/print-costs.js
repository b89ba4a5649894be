// @ts-check
/** Prints what orders cost, and which goals that meets. */
import { sum } from "./measure-orders.js";

/** @typedef {import("./measure-orders.js").OrderCost} OrderCost */
/** @typedef {ReadonlyMap<number, OrderCost>} Costs */
/** @typedef {{ costs: Costs, peakBytes: number, groupSends: { members: number, sends: number }[] }} Measured */

const MEGABYTE = 1_048_576;

/** Rows of the table by name. @type {Record<string, (cost: OrderCost) => number>} */
const ROWS = {
  "storage requests, all": (cost) => storageOf(cost),
  "  tables of the app": ({ tables }) => sum(tables),
  "    transactions": ofKind("transaction"),
  "    inserts": ofKind("insert"),
  "    upserts, updates, deletes": (cost) => ofKind("upsert")(cost) + ofKind("delete")(cost),
  "    point reads": ofKind("point read"),
  "    query pages": ofKind("query page"),
  "  Durable (Azure Storage)": ({ durable }) => sum(durable),
  "    queues": ({ durable }) => durable["queue requests"] ?? 0,
  "    history": ({ durable }) => (durable["history reads"] ?? 0) + (durable["history transactions"] ?? 0),
  "    instances": ({ durable }) => durable["instance rows"] ?? 0,
  "    blobs": ({ durable }) => durable["blob requests"] ?? 0,
  "    with a turn for each message": ({ mostDurable }) => mostDurable,
  "function executions": ({ functions }) => sum(functions),
  "  orchestrator turns": ({ turns }) => turns,
  "  of them replays": ({ turns, instances }) => turns - instances,
  "SignalR calls": ({ signalR }) => signalR["send"] ?? 0,
  "SignalR 2 KB units": ({ signalR }) => signalR["units per connection"] ?? 0,
  "longest history, rows at most": ({ longestHistory }) => longestHistory,
  "largest value, bytes": ({ largestValueBytes }) => largestValueBytes,
  "CPU, ms": ({ cpuMs }) => Math.round(cpuMs),
  "elapsed, ms": ({ elapsedMs }) => Math.round(elapsedMs),
};

const COMPARED = [
  "storage requests, all",
  "  Durable (Azure Storage)",
  "    with a turn for each message",
  "function executions",
  "CPU, ms",
];

/** @param {string} kind @returns {(cost: OrderCost) => number} */
function ofKind(kind) {
  return ({ tables }) =>
    sum(Object.fromEntries(Object.entries(tables).filter(([key]) => key.startsWith(kind))));
}

/** @param {OrderCost} cost */
function storageOf(cost) {
  return sum(cost.tables) + sum(cost.durable);
}

/** @param {Costs} orderBell @param {Costs} pattern */
export function printCosts(orderBell, pattern) {
  printTable("OrderBell, per order", orderBell);
  for (const [size, { tables, functions }] of orderBell) {
    console.log(`${size} recipients: ${list(tables)}; functions: ${list(functions)}`);
  }
  printTable("One activity per user, per order", pattern);
  console.log("\nOne activity per user ÷ OrderBell");
  for (const name of COMPARED) {
    const cells = [...pattern].map(([size, cost]) => {
      const ours = orderBell.get(size);
      return ours === undefined ? "" : (ROWS[name]?.(cost) ?? 0) / (ROWS[name]?.(ours) ?? 1);
    });
    console.log(
      toLine(
        name.trim(),
        cells.map((cell) => (typeof cell === "number" ? cell.toFixed(1) : cell)),
      ),
    );
  }
}

/** @param {string} title @param {Costs} costs */
function printTable(title, costs) {
  console.log(`\n${toLine(title, [...costs.keys()].map(String))}`);
  for (const [name, toValue] of Object.entries(ROWS)) {
    console.log(
      toLine(
        name,
        [...costs.values()].map((cost) => toText(toValue(cost))),
      ),
    );
  }
}

/** @param {string} name @param {readonly string[]} cells */
function toLine(name, cells) {
  return name.padEnd(34) + cells.map((cell) => cell.padStart(10)).join("");
}

/** Whole numbers: what is not one is an average of alike instances. @param {number} value */
function toText(value) {
  return String(Math.round(value));
}

/** @param {Record<string, number>} counts */
function list(counts) {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return sorted.map(([name, value]) => `${value} × ${name}`).join(", ");
}

/** Prints every goal that was measured; false when one is missed. @param {Measured} measured @param {Costs} pattern */
export function judge({ costs, peakBytes, groupSends }, pattern) {
  const goals = [
    toRatioGoal(costs, pattern, 100, 20),
    toRatioGoal(costs, pattern, 1_000, 50),
    toGoal("function executions at 100", costs.get(100) && sum(costs.get(100)?.functions ?? {}), 6),
    toGoal("CPU growth exponent from 10 recipients", growthExponent(costs), 1.05),
    ...groupSends.map(({ members, sends }) => toGoal(`SignalR calls for a group of ${members}`, sends, 1)),
    toGoal("resident memory, MB, at its peak", peakBytes / MEGABYTE, 1_024),
    toGoal(
      "longest history, rows",
      Math.max(...[...costs.values()].map((cost) => cost.longestHistory)),
      1_000,
    ),
    toGoal(
      "largest value, KB",
      Math.max(...[...costs.values()].map((one) => one.largestValueBytes)) / 1_024,
      256,
    ),
  ].flat();
  console.log("\nGoals");
  for (const { name, value, limit, met } of goals) {
    const text = (/** @type {number} */ number) => String(Math.round(number * 100) / 100);
    console.log(`  ${met ? "met    " : "MISSED "} ${name}: ${text(value)} (at most ${text(limit)})`);
  }
  return goals.every(({ met }) => met);
}

/** @param {string} name @param {number | undefined} value @param {number} limit */
function toGoal(name, value, limit) {
  return value === undefined ? [] : [{ name, value, limit, met: value <= limit }];
}

/** @param {Costs} costs @param {Costs} pattern @param {number} size @param {number} times */
function toRatioGoal(costs, pattern, size, times) {
  const [ours, theirs] = [costs.get(size), pattern.get(size)];
  if (ours === undefined || theirs === undefined) return [];
  return [
    ...toGoal(`Durable storage requests at ${size}`, sum(ours.durable), sum(theirs.durable) / times),
    ...toGoal(`all storage requests at ${size}, tables too`, storageOf(ours), storageOf(theirs) / times),
  ];
}

/** The slope of a least-squares line through the logarithms. @param {Costs} costs */
function growthExponent(costs) {
  const points = [...costs]
    .filter(([size]) => size >= 10)
    .map(([size, { cpuMs }]) => [Math.log(size), Math.log(cpuMs)]);
  if (points.length < 2) return undefined;
  const mean = (/** @type {0 | 1} */ axis) =>
    points.reduce((total, point) => total + (point[axis] ?? 0), 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const slope = points.reduce((total, [x = 0, y = 0]) => total + (x - meanX) * (y - meanY), 0);
  return slope / points.reduce((total, [x = 0]) => total + (x - meanX) ** 2, 0);
}
