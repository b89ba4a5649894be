// @ts-check
/**
 * Records orders in the local Durable engine, for replay.js: `node record-orders.js <folder>`. A process of its own, so that its
 * memory is not that of an audit.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  planLargeOrder,
  planOrchestrations,
} from "../../dist/bench-audit/test/support/orchestration-kinds.js";
import { recordOrchestrations } from "../../dist/bench-audit/test/support/record-orchestrations.js";

/** About 300 of a thousand are ordinary. */
const ORDERS = 1_700;
const PAGES = 10;
const SEED = 20_261_122;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Where to?");

const all = planOrchestrations(ORDERS, SEED);
const ordinary = all.planned.filter(({ kind }) => kind === "ordinary order");
await write(join(folder, "ordinary"), { planned: ordinary, known: all.known });
await write(join(folder, "large"), planLargeOrder(PAGES, SEED));

/**
 * @param {string} place
 * @param {{ planned: import("../../dist/bench-audit/test/support/orchestration-kinds.js").PlannedOrchestration[], known: typeof all.known }} orders
 */
async function write(place, { planned, known }) {
  const records = await recordOrchestrations({ planned, known });
  mkdirSync(place, { recursive: true });
  for (const [instanceId, record] of records) {
    writeFileSync(join(place, encodeURIComponent(instanceId)), JSON.stringify(record));
  }
}
