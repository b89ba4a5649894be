// @ts-check
/**
 * A bulk load changes 10,000 orders: 100 outbound messages of 100, five at a time as Salesforce might send them.
 * Prints how long each waited for its Ack, what came of the changes, and what the app's process holds once garbage is
 * collected: after each round, when all of it has ended, so that what stays is told from the backlog of the moment.
 * Run `npm run build`, then `node bench/ingress/bulk-load.js [messages] [rounds]`: the messages are shared out among the
 * rounds. Exits with 1 when a change is lost or doubled.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectInspector } from "./connect-inspector.js";
import { ACCOUNT, ORDERS_PER_MESSAGE, toMessage } from "./to-message.js";

const MESSAGES = Number(process.argv[2] ?? 100);
const ROUNDS = Number(process.argv[3] ?? 1);
const IN_FLIGHT = 5;
const ORDERS = MESSAGES * ORDERS_PER_MESSAGE;

const dataDir = mkdtempSync(join(tmpdir(), "bulk-load-"));
const main = join(import.meta.dirname, "../../dist/local/main.js");
const options = ["--port", "0", "--data", dataDir, "--no-demo"];
const child = spawn(process.execPath, ["--inspect=127.0.0.1:0", main, ...options], {
  stdio: ["ignore", "pipe", "pipe"],
});
const inspectorUrl = waitForOutput(child.stderr, /Debugger listening on (ws:\S+)/u);
const readyUrl = waitForOutput(child.stdout, /ready: (http:\S+)/u);
let succeeded = false;
try {
  succeeded = await run(await readyUrl, await connectInspector(await inspectorUrl));
} finally {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
process.exitCode = succeeded ? 0 : 1;

/** @param {import("node:stream").Readable} stream @param {RegExp} pattern @returns {Promise<string>} */
function waitForOutput(stream, pattern) {
  return new Promise((resolve, reject) => {
    let output = "";
    child.once("exit", () => reject(new Error(`The runtime ended: ${output}`)));
    stream.on("data", (chunk) => {
      output += String(chunk);
      const found = pattern.exec(output)?.[1];
      if (found) resolve(found);
    });
  });
}

/**
 * @param {string} url
 * @param {Awaited<ReturnType<typeof connectInspector>>} inspector
 */
async function run(url, inspector) {
  await follow(url);
  const perRound = MESSAGES / ROUNDS;
  const acks = [];
  const held = [await inspector.readHeldMegabytes()];
  const began = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    const roundBegan = performance.now();
    acks.push(...(await sendAll(url, round * perRound, (round + 1) * perRound)));
    print(
      "acknowledged",
      `${acks.length} of ${MESSAGES}, this round in ${seconds(performance.now() - roundBegan)}`,
    );
    const backlog = await inspector.readHeldMegabytes();
    await waitForEnd(url);
    held.push(await inspector.readHeldMegabytes());
    print(
      "held",
      `${backlog.toFixed(1)} MB at the last Ack, ${held.at(-1)?.toFixed(1)} MB when all had ended`,
    );
  }
  const endedMs = performance.now() - began;
  inspector.close();
  const outcome = await waitForEnd(url);
  const notified = await readNotifiedOrders(url);
  const distinct = new Set(notified).size;

  print("messages", `${MESSAGES} of ${ORDERS_PER_MESSAGE}, ${IN_FLIGHT} at a time`);
  const sorted = acks.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => seconds(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  print("wait for the Ack", `median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} (Salesforce waits 60 s)`);
  print(
    "orchestrations",
    `${JSON.stringify(outcome)} for ${ORDERS} changes, all ended after ${seconds(endedMs)}`,
  );
  print("notifications", `${notified.length} in the inbox of the one recipient, for ${distinct} orders`);
  print("held, by round", `${held.map((megabytes) => megabytes.toFixed(1)).join(" → ")} MB after collection`);
  return (
    acks.length === MESSAGES &&
    outcome["Completed"] === ORDERS &&
    notified.length === ORDERS &&
    distinct === ORDERS
  );
}

/** @param {string} url */
async function follow(url) {
  const admin = await signIn(url, "admin", ["OrderBell.Admin"]);
  const line = JSON.stringify({ scope: `account:${ACCOUNT}`, target: { kind: "user", userId: "ada" } });
  await call(url, "/api/admin/subscriptions", {
    method: "PUT",
    headers: { cookie: admin, "content-type": "application/x-ndjson" },
    body: line,
  });
}

/** @param {string} url @param {string} userId @param {string[]} roles */
async function signIn(url, userId, roles = []) {
  const response = await call(url, "/.auth/login/local", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ userId, roles }),
  });
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

/** @param {string} url @param {string} path @param {RequestInit} init */
async function call(url, path, init = {}) {
  const response = await fetch(url + path, init);
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  return response;
}

/** @param {string} url @param {number} first @param {number} end */
async function sendAll(url, first, end) {
  /** @type {number[]} */
  const acks = [];
  let next = first;
  const send = async () => {
    while (next < end) {
      const message = next++;
      const began = performance.now();
      const response = await call(url, "/api/salesforce/outbound-messages?code=local", {
        method: "POST",
        headers: { "content-type": "text/xml; charset=UTF-8" },
        body: toMessage(message),
      });
      if ((await response.text()).includes("<Ack>true</Ack>")) acks.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, send));
  return acks;
}

/** @param {string} url */
async function waitForEnd(url) {
  const deadline = Date.now() + 10 * 60_000;
  for (;;) {
    const overview = await (await call(url, "/.runtime/?format=json")).json();
    const { byStatus: statuses } = overview.orchestrations;
    const isBusy = ["Pending", "Running"].some((status) => statuses[status] > 0);
    if (!isBusy) return statuses;
    if (Date.now() > deadline) throw new Error(`Not ended after ten minutes: ${JSON.stringify(statuses)}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** Reads the whole inbox, page by page. @param {string} url */
async function readNotifiedOrders(url) {
  const cookie = await signIn(url, "ada");
  /** @type {string[]} */
  const orderIds = [];
  for (let before = ""; ;) {
    const path = `/api/notifications?limit=100${before}`;
    const { items } = await (await call(url, path, { headers: { cookie } })).json();
    if (items.length === 0) return orderIds;
    orderIds.push(...items.map((/** @type {{ orderId: string }} */ { orderId }) => orderId));
    before = `&before=${items.at(-1).id}`;
  }
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1_000).toFixed(2)} s`;
}

/** @param {string} name @param {string} text */
function print(name, text) {
  process.stdout.write(`${name.padEnd(18)} ${text}\n`);
}
