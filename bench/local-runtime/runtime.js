// @ts-check
/**
 * Measures the whole local runtime as a process of its own: how soon it is ready, and how fast orchestrations start
 * through an HTTP function. Run `npm run build`, then `node bench/local-runtime/runtime.js`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROUNDS = 5;
const STARTS = 2_000;
const IN_FLIGHT = 64;
const main = join(import.meta.dirname, "../../dist/local/main.js");

/** @typedef {{ url: string, readyMs: number, stop: () => Promise<void> }} Runtime */

/**
 * Starts the runtime and waits for its ready line.
 * @param {string[]} args
 * @returns {Promise<Runtime>}
 */
async function start(args) {
  const dataDir = mkdtempSync(join(tmpdir(), "runtime-bench-"));
  const began = performance.now();
  const child = spawn(process.execPath, [main, "--port", "0", "--data", dataDir, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise((resolve, reject) => {
    let output = "";
    child.once("exit", () => reject(new Error(`The runtime ended: ${output}`)));
    child.stdout.on("data", (chunk) => {
      output += String(chunk);
      const ready = /ready: (http:\S+)/.exec(output);
      if (ready) resolve(ready[1]);
    });
  });
  const readyMs = performance.now() - began;
  return {
    url,
    readyMs,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** @param {readonly number[]} values */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { min: at(0), median: at(0.5), max: at(1) };
}

/** @param {string[]} args */
async function measureReady(args) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const runtime = await start(args);
    times.push(runtime.readyMs);
    await runtime.stop();
  }
  return spread(times);
}

const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });

/**
 * @param {string} url
 * @returns {Promise<void>}
 */
function post(url) {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", agent }, (response) => {
      response.resume().once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`answered ${response.statusCode}`));
      });
    });
    call.once("error", reject).end();
  });
}

/** @param {string} url */
async function startMany(url) {
  let left = STARTS;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left > 0) {
        left -= 1;
        await post(url);
      }
    }),
  );
  return STARTS / ((performance.now() - began) / 1_000);
}

const app = join(import.meta.dirname, "starter-app");
const rates = [];
const runtime = await start(["--app", app]);
try {
  await post(`${runtime.url}/start`);
  for (let round = 0; round < ROUNDS; round += 1) rates.push(await startMany(`${runtime.url}/start`));
} finally {
  await runtime.stop();
  agent.destroy();
}
console.table({
  "ready, an app without storage (ms)": await measureReady(["--app", app]),
  "ready, OrderBell with Azurite's tables (ms)": await measureReady(["--no-demo"]),
  [`started orchestrations a second, ${IN_FLIGHT} requests in flight`]: spread(rates),
});
