// @ts-check
/**
 * What one order costs by the number of its recipients, beside the documented pattern of one activity per user.
 * Run `npm run build`, then `node bench/cost/cost.js [numbers of recipients]`. Exits with 1 when a goal is missed.
 */
import { join } from "node:path";
import { followAsGroup, sendOutboundMessage, sendToPattern, toSalesforceId } from "./app-client.js";
import { measureOrders } from "./measure-orders.js";
import { judge, printCosts } from "./print-costs.js";
import { seedFollowers } from "./seed-followers.js";
import { startMeasuredApp } from "./start-measured-app.js";

const SIZES = [1, 10, 100, 1_000, 10_000];
/** One activity per user replays a history that grows with the crowd; beyond this it takes minutes. */
const LARGEST_PATTERN = 1_000;
const GROUP_SIZES = [1, 100];
/** Orders of each size, after one that warms up. */
const ORDERS = new Map([
  [1, 20],
  [10, 20],
  [100, 10],
  [1_000, 5],
  [10_000, 2],
]);

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : SIZES;
let orderNumber = 0;

function nextOrderId() {
  orderNumber += 1;
  return toSalesforceId("801", orderNumber);
}

/** @param {number} size */
function ordersOf(size) {
  return ORDERS.get(size) ?? 1;
}

async function measureOrderBell() {
  const app = await startMeasuredApp(join(import.meta.dirname, "../.."));
  try {
    const costs = new Map();
    // Compiles what every order runs, so that the first size measured is no dearer than the next.
    await measureSize(app, 10, 30);
    for (const size of sizes) costs.set(size, await measureSize(app, size, ordersOf(size)));
    const { peakBytes } = await app.read();
    const groupSends = [];
    for (const members of GROUP_SIZES) groupSends.push(await measureGroup(app, members));
    return { costs, peakBytes, groupSends };
  } finally {
    await app.stop();
  }
}

/** @param {import("./start-measured-app.js").MeasuredApp} app @param {number} size @param {number} orders */
async function measureSize(app, size, orders) {
  const accountId = toSalesforceId("001", size);
  console.error(`OrderBell, ${size} recipients: subscribing`);
  await seedFollowers(app, accountId, size);
  console.error(`OrderBell, ${size} recipients: ${orders} orders`);
  const send = (/** @type {string} */ orderId) => sendOutboundMessage(app.url, { orderId, accountId });
  return measureOrders(app, { orders, pushes: size, nextOrderId, send });
}

/** Calls to SignalR for one order that a group follows. @param {import("./start-measured-app.js").MeasuredApp} app @param {number} members */
async function measureGroup(app, members) {
  const accountId = toSalesforceId("001", 20_000 + members);
  await followAsGroup(app.url, accountId, `team-of-${members}`, members);
  const send = (/** @type {string} */ orderId) => sendOutboundMessage(app.url, { orderId, accountId });
  const { signalR } = await measureOrders(app, { orders: 3, pushes: 1, nextOrderId, send });
  return { members, sends: signalR["send"] ?? 0 };
}

async function measurePattern() {
  const app = await startMeasuredApp(join(import.meta.dirname, "documented-pattern"));
  try {
    const costs = new Map();
    for (const size of sizes.filter((one) => one <= LARGEST_PATTERN)) {
      console.error(`One activity per user, ${size} recipients: ${ordersOf(size)} orders`);
      const send = (/** @type {string} */ orderId) =>
        sendToPattern(app.url, { orderId, accountId: toSalesforceId("001", size) }, size);
      costs.set(size, await measureOrders(app, { orders: ordersOf(size), pushes: size, nextOrderId, send }));
    }
    return costs;
  } finally {
    await app.stop();
  }
}

const pattern = await measurePattern();
const orderBell = await measureOrderBell();
printCosts(orderBell.costs, pattern);
process.exitCode = judge(orderBell, pattern) ? 0 : 1;
