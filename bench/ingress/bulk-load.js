// @ts-check
/**
 * A bulk load changes 10,000 orders: 100 outbound messages of 100, five at a time as Salesforce might send them.
 * Prints how long each waited for its Ack, what came of the changes, and how much memory the app's process held.
 * Run `npm run build`, then `node bench/ingress/bulk-load.js [messages]`. Exits with 1 when a change is lost or doubled.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MESSAGES = Number(process.argv[2] ?? 100);
const ORDERS_PER_MESSAGE = 100;
const IN_FLIGHT = 5;
const ORDERS = MESSAGES * ORDERS_PER_MESSAGE;
const ACCOUNT = "001000000000001AAA";

const dataDir = mkdtempSync(join(tmpdir(), "bulk-load-"));
const main = join(import.meta.dirname, "../../dist/local/main.js");
const child = spawn(process.execPath, [main, "--port", "0", "--data", dataDir, "--no-demo"], {
  stdio: ["ignore", "pipe", "inherit"],
});
let succeeded = false;
try {
  succeeded = await run(await readUrl());
} finally {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
process.exitCode = succeeded ? 0 : 1;

/** @returns {Promise<string>} */
function readUrl() {
  return new Promise((resolve, reject) => {
    let output = "";
    child.once("exit", () => reject(new Error(`The runtime ended: ${output}`)));
    child.stdout.on("data", (chunk) => {
      output += String(chunk);
      const ready = /ready: (http:\S+)/.exec(output);
      if (ready?.[1]) resolve(ready[1]);
    });
  });
}

/** @param {string} url */
async function run(url) {
  await follow(url);
  /** @type {number[]} */
  const memory = [];
  const sampling = setInterval(() => {
    // A sample that fails is one less: the outcome is judged below.
    void readHeap(url).then(
      (megabytes) => memory.push(megabytes),
      () => undefined,
    );
  }, 500);
  const began = performance.now();
  const acks = await sendAll(url);
  const acknowledgedMs = performance.now() - began;
  const acknowledgedSamples = memory.length;
  const outcome = await waitForEnd(url);
  const endedMs = performance.now() - began;
  clearInterval(sampling);

  print("messages", `${MESSAGES} of ${ORDERS_PER_MESSAGE}, ${IN_FLIGHT} at a time`);
  print("acknowledged", `${acks.length} in ${seconds(acknowledgedMs)}`);
  const sorted = acks.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => seconds(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  print("wait for the Ack", `median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} (Salesforce waits 60 s)`);
  print(
    "orchestrations",
    `${JSON.stringify(outcome.statuses)} for ${ORDERS} changes, all ended after ${seconds(endedMs)}`,
  );
  print("notifications", `${outcome.notifications} in the inbox of the one recipient`);
  const third = Math.ceil(acknowledgedSamples / 3);
  const [first, last] = [
    memory.slice(0, third),
    memory.slice(acknowledgedSamples - third, acknowledgedSamples),
  ];
  const heap = `first third ${peak(first)} MB, last third ${peak(last)} MB, to the end ${peak(memory)} MB`;
  print("heap, largest", heap);
  return (
    acks.length === MESSAGES && outcome.statuses["Completed"] === ORDERS && outcome.notifications === ORDERS
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

/** @param {string} url */
async function sendAll(url) {
  /** @type {number[]} */
  const acks = [];
  let next = 0;
  const send = async () => {
    while (next < MESSAGES) {
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

/** @param {number} message */
function toMessage(message) {
  const stamp = "2026-11-22T10:00:00.000Z";
  const notifications = Array.from({ length: ORDERS_PER_MESSAGE }, (_, index) => {
    const number = String(message * ORDERS_PER_MESSAGE + index + 1).padStart(12, "0");
    return (
      `<Notification><Id>04l${number}AAA</Id><sObject xsi:type="sf:Order" ` +
      `xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>801${number}AAA</sf:Id>` +
      `<sf:AccountId>${ACCOUNT}</sf:AccountId><sf:CreatedDate>${stamp}</sf:CreatedDate>` +
      `<sf:OrderNumber>${number}</sf:OrderNumber><sf:OwnerId>005000000000001AAA</sf:OwnerId>` +
      `<sf:Status>Draft</sf:Status><sf:StatusCode>Draft</sf:StatusCode>` +
      `<sf:SystemModstamp>${stamp}</sf:SystemModstamp><sf:TotalAmount>100.0</sf:TotalAmount></sObject></Notification>`
    );
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ' +
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    '<soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">' +
    "<OrganizationId>00D000000000001EAA</OrganizationId><ActionId>04k000000000001AAA</ActionId>" +
    `<SessionId xsi:nil="true"/>${notifications.join("")}</notifications></soapenv:Body></soapenv:Envelope>`
  );
}

/** @param {string} url */
async function waitForEnd(url) {
  const deadline = Date.now() + 10 * 60_000;
  for (;;) {
    const overview = await (await call(url, "/.runtime/?format=json")).json();
    const { byStatus: statuses } = overview.orchestrations;
    const isBusy = ["Pending", "Running"].some((status) => statuses[status] > 0);
    if (!isBusy) return { statuses, notifications: await countNotifications(url) };
    if (Date.now() > deadline) throw new Error(`Not ended after ten minutes: ${JSON.stringify(statuses)}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** @param {string} url */
async function countNotifications(url) {
  const ada = await signIn(url, "ada");
  const page = await (await call(url, "/api/notifications?limit=1", { headers: { cookie: ada } })).json();
  return page.unread;
}

/** @param {string} url */
async function readHeap(url) {
  const overview = await (await call(url, "/.runtime/?format=json")).json();
  return overview.heapMegabytes;
}

/** @param {readonly number[]} samples */
function peak(samples) {
  return Math.round(Math.max(0, ...samples));
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1_000).toFixed(2)} s`;
}

/** @param {string} name @param {string} text */
function print(name, text) {
  process.stdout.write(`${name.padEnd(18)} ${text}\n`);
}
