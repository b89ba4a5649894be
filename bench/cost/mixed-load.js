// @ts-check
/**
 * Does one order to 10,000 people hold up the small ones? Sends orders for one person each at a steady rate, first alone
 * and then beside the large one, and compares how long each took from being due to its push.
 * Run `npm run build`, then `node bench/cost/mixed-load.js [seconds] [people]`. Exits with 1 when the goal is missed.
 */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sendOutboundMessage, toSalesforceId } from "./app-client.js";
import { seedFollowers } from "./seed-followers.js";
import { startMeasuredApp } from "./start-measured-app.js";

const SECONDS = Number(process.argv[2] ?? 30);
const PEOPLE = Number(process.argv[3] ?? 10_000);
const PER_SECOND = 20;
const GOAL = 3;
const WARM_UP_ORDERS = 100;
const SETTLE_WITHIN_MS = 60_000;
const LARGE_ACCOUNT = toSalesforceId("001", 1);
const SMALL_ACCOUNT = toSalesforceId("001", 2);

/** When each order was pushed first and last, by its id. @type {Map<string, { first: number, last: number, pushes: number }>} */
const pushed = new Map();
let orderNumber = 0;

/** The order that a push tells of. @param {Buffer} body */
function notePush(body) {
  const now = performance.now();
  const orderId = /801\d{12}AAA/u.exec(body.toString("latin1"))?.[0];
  if (orderId === undefined) return;
  const seen = pushed.get(orderId) ?? { first: now, last: now, pushes: 0 };
  pushed.set(orderId, { first: seen.first, last: now, pushes: seen.pushes + 1 });
}

/** @param {string} url @param {string} accountId */
function sendOrder(url, accountId) {
  orderNumber += 1;
  const orderId = toSalesforceId("801", orderNumber);
  return { orderId, sent: sendOutboundMessage(url, { orderId, accountId }) };
}

/**
 * Sends small orders at a steady rate whether or not earlier ones are through; answers when each was due.
 * @param {string} url
 * @param {number} orders
 */
async function sendSmallOrders(url, orders) {
  /** @type {Map<string, number>} */
  const due = new Map();
  const sending = [];
  const began = performance.now();
  for (let n = 0; n < orders; n += 1) {
    const dueMs = began + (n * 1_000) / PER_SECOND;
    await delay(Math.max(0, dueMs - performance.now()));
    const { orderId, sent } = sendOrder(url, SMALL_ACCOUNT);
    due.set(orderId, dueMs);
    sending.push(sent);
  }
  await Promise.all(sending);
  await waitUntil(() => [...due.keys()].every((orderId) => pushed.has(orderId)));
  return due;
}

/** @param {() => boolean} isDone */
async function waitUntil(isDone) {
  const deadline = performance.now() + SETTLE_WITHIN_MS;
  while (!isDone()) {
    if (performance.now() > deadline) throw new Error("Not every order was pushed in time.");
    await delay(20);
  }
}

/** Sorted latencies (ms). @param {ReadonlyMap<string, number>} due @param {number} [until] only of those due before */
function toLatencies(due, until = Number.POSITIVE_INFINITY) {
  const some = [...due].filter(([, dueMs]) => dueMs < until);
  return some
    .map(([orderId, dueMs]) => (pushed.get(orderId)?.first ?? Number.NaN) - dueMs)
    .toSorted((a, b) => a - b);
}

/** @param {readonly number[]} sorted @param {number} share */
function quantile(sorted, share) {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

/** @param {string} name @param {readonly number[]} sorted */
function print(name, sorted) {
  const at = (/** @type {number} */ share) => `${Math.round(quantile(sorted, share))} ms`.padStart(8);
  console.log(
    `${name.padEnd(32)} ${sorted.length} orders: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}`,
  );
}

const app = await startMeasuredApp(join(import.meta.dirname, "../.."), { onPush: notePush });
try {
  await seedFollowers(app, SMALL_ACCOUNT, 1);
  await seedFollowers(app, LARGE_ACCOUNT, PEOPLE);
  await sendSmallOrders(app.url, WARM_UP_ORDERS);

  const alone = toLatencies(await sendSmallOrders(app.url, SECONDS * PER_SECOND));

  const began = performance.now();
  const large = sendOrder(app.url, LARGE_ACCOUNT);
  const due = await sendSmallOrders(app.url, SECONDS * PER_SECOND);
  await large.sent;
  await waitUntil(() => pushed.get(large.orderId)?.pushes === PEOPLE);
  const ended = pushed.get(large.orderId)?.last ?? began;

  const mixed = toLatencies(due);
  print("alone", alone);
  print("beside the large order", mixed);
  print("  only those due while it ran", toLatencies(due, ended));
  console.log(`the large order took ${((ended - began) / 1_000).toFixed(1)} s for ${PEOPLE} people`);
  const ratio = quantile(mixed, 0.99) / quantile(alone, 0.99);
  console.log(
    `${ratio <= GOAL ? "met" : "MISSED"}: p99 beside ÷ p99 alone = ${ratio.toFixed(1)} (at most ${GOAL})`,
  );
  process.exitCode = ratio <= GOAL ? 0 : 1;
} finally {
  await app.stop();
}
