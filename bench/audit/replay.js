// @ts-check
/**
 * Measures audit replays on one processor: exact counts of what is replayed first, then times beside the goals. Exits with 1
 * when a goal is missed. `node bench/audit/replay.js`; it compiles what it measures by itself.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MIN_REPLAYS_A_SECOND = 500;
const MAX_TREE_MS = 2_000;
const MAX_PEAK_MIB = 500;
/** Long enough for what runs often to be compiled by V8. */
const MEASURE_MS = 5_000;

const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), "audit-bench-"));
try {
  run([join(here, "../../node_modules/typescript/bin/tsc"), "-p", here]);
  run([join(here, "record-orders.js"), folder]);
  const { auditReplay } = await import("../../dist/bench-audit/src/audit/audit-replay.js");

  // First: the peak of this process is then that of the tree alone.
  const large = openFolder("large");
  const treeStart = performance.now();
  const tree = await auditReplay(large.reader, large.rootId, "bench");
  const treeMs = performance.now() - treeStart;
  const peakMib = process.resourceUsage().maxRSS / 1_024;
  const recipients = large.read(large.rootId).output.counts.recipients;

  const ordinary = openFolder("ordinary");
  const records = new Map(ordinary.ids.map((id) => [id, ordinary.read(id)]));
  const reader = {
    read: async (/** @type {string} */ id) => ({ record: records.get(id), source: "history" }),
  };
  const ids = ordinary.ids;
  /** @type {Set<string | undefined>} */
  const verdicts = new Set([tree?.verdict]);
  let replays = 0;
  let rate = 0;
  // The better of two rounds: what comes first is compiled while it is measured.
  for (let round = 0; round < 2; round++) {
    let count = 0;
    const start = performance.now();
    while (performance.now() - start < MEASURE_MS) {
      verdicts.add((await auditReplay(reader, ids[count % ids.length], "bench"))?.verdict);
      count++;
    }
    rate = Math.max(rate, (count * 1_000) / (performance.now() - start));
    replays += count;
  }

  print("Counts", [
    ["ordinary orders", countOf(ids.map((id) => records.get(id)))],
    ["tree of one large order", `${recipients} recipients, ${countOf(large.ids.map(large.read))}`],
    ["ordinary replays measured", String(replays)],
    ["verdicts", [...verdicts].join(", ")],
  ]);
  const goals = [
    toGoal("ordinary orders a second", rate, MIN_REPLAYS_A_SECOND, rate / MIN_REPLAYS_A_SECOND),
    toGoal("large order, reading its records (ms)", treeMs, MAX_TREE_MS, MAX_TREE_MS / treeMs),
    toGoal("large order, peak of the process (MiB)", peakMib, MAX_PEAK_MIB, MAX_PEAK_MIB / peakMib),
  ];
  print(
    "Times, one processor",
    goals.map(({ name, text }) => [name, text]),
  );
  const isProven = verdicts.size === 1 && verdicts.has("reproduced") && recipients >= 10_000;
  if (!isProven || goals.some(({ ratio }) => ratio < 1)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string[]} args */
function run(args) {
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${args[0]} failed.`);
}

/**
 * Records as an audit reads them: one by one, as JSON text.
 * @param {string} name
 */
function openFolder(name) {
  const ids = readdirSync(join(folder, name)).map(decodeURIComponent);
  const read = (/** @type {string} */ id) =>
    JSON.parse(readFileSync(join(folder, name, encodeURIComponent(id)), "utf8"));
  const reader = { read: async (/** @type {string} */ id) => ({ record: read(id), source: "history" }) };
  return { ids, read, reader, rootId: ids.find((id) => !id.includes(":")) ?? "" };
}

/** @param {{ historyEvents: unknown[], output: { resultDigests: unknown[] } }[]} records */
function countOf(records) {
  const events = records.reduce((sum, { historyEvents }) => sum + historyEvents.length, 0);
  // The input, and every result that an orchestrator went on with.
  const steps = records.reduce((sum, { output }) => sum + output.resultDigests.length, 0);
  return `${records.length} orchestrations, ${events} events, ${steps} steps of an orchestrator`;
}

/**
 * @param {string} name
 * @param {number} measured
 * @param {number} goal
 * @param {number} ratio of at least 1 when it is met
 */
function toGoal(name, measured, goal, ratio) {
  const verdict = ratio < 1 ? "MISSED" : "met";
  return {
    name,
    ratio,
    text: `${measured.toFixed(0)} (goal ${goal}: ${ratio.toFixed(1)} times, ${verdict})`,
  };
}

/**
 * @param {string} title
 * @param {string[][]} rows
 */
function print(title, rows) {
  console.log(`\n${title}`);
  for (const [name = "", text] of rows) console.log(`  ${name.padEnd(40)} ${text}`);
}
