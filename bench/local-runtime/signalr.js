// @ts-check
/**
 * Measures the local SignalR service: `npm run build && node bench/local-runtime/signalr.js`.
 *
 * Server and load generator are processes of their own on this machine, over loopback; every load has an end. The
 * sinks are raw sockets that count bytes and parse nothing, so that the server is what is measured. Machines differ and
 * are shared: besides rates the table shows what a delivery costs the server in processor time and in write calls.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const SOCKETS = 1_000;
const IDLE_SOCKETS = 4_000;
const PAYLOAD_BYTES = 512;
const ROUNDS = 5;
const GROUP_SENDS = 100;
const USER_SENDS = 2_000;

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/** Starts one of the two other programs. @param {string} name @returns {ChildProcess} */
function start(name, /** @type {string[]} */ ...args) {
  const path = fileURLToPath(new URL(`signalr/${name}.js`, import.meta.url));
  return fork(path, args, { execArgv: ["--expose-gc"] });
}

/** Asks a program for something and waits for its answer. @param {ChildProcess} child @param {object} question */
async function ask(child, question) {
  child.send(question);
  const [answer] = await once(child, "message");
  if (answer.error) throw new Error(answer.error);
  return answer;
}

/** @param {ChildProcess} child */
async function stop(child) {
  const ended = once(child, "exit");
  child.disconnect();
  await ended;
}

/** Bytes per idle socket of a fresh server. @param {"bare" | "signalr"} kind */
async function measureMemory(kind) {
  const server = start("server", kind);
  const load = start("load");
  try {
    const { url } = await ask(server, { do: "listen" });
    // The first sockets load code and grow tables and heaps that the others share.
    await ask(load, { do: "open", url, kind, sockets: SOCKETS });
    const before = await ask(server, { do: "memory", connections: SOCKETS });
    await ask(load, { do: "open", url, kind, sockets: IDLE_SOCKETS });
    const after = await ask(server, { do: "memory", connections: SOCKETS + IDLE_SOCKETS });
    return {
      heapBytes: (after.heapBytes - before.heapBytes) / IDLE_SOCKETS,
      residentBytes: (after.residentBytes - before.residentBytes) / IDLE_SOCKETS,
    };
  } finally {
    await Promise.all([stop(load), stop(server)]);
  }
}

/** @typedef {{ perSecond: number, cpuMicros: number, writes: number, serverCpu: number }} Rate */

/** What a load did to the server. @param {ChildProcess} server @param {() => Promise<{ count: number, ms: number }>} run */
async function measureRate(server, run) {
  const before = await ask(server, { do: "usage" });
  const { count, ms } = await run();
  const after = await ask(server, { do: "usage" });
  const cpuMicros = after.cpuMicros - before.cpuMicros;
  return {
    perSecond: (count * 1_000) / ms,
    cpuMicros: cpuMicros / count,
    writes: (after.writes - before.writes) / count,
    serverCpu: cpuMicros / 10 / ms,
  };
}

async function measureRates() {
  const server = start("server", "signalr");
  const load = start("load");
  /** @type {Rate[]} */
  const group = [];
  /** @type {Rate[]} */
  const burst = [];
  /** @type {Rate[]} */
  const user = [];
  try {
    const { url } = await ask(server, { do: "listen" });
    await ask(load, { do: "open", url, kind: "signalr", sockets: SOCKETS });
    await ask(load, { do: "join" });
    const groupLoad = { do: "group", sends: GROUP_SENDS, bytes: PAYLOAD_BYTES };
    const userLoad = { do: "user", sends: USER_SENDS, bytes: PAYLOAD_BYTES, inFlight: 32 };
    await ask(load, { ...groupLoad, inFlight: 1 });
    await ask(load, userLoad);
    for (let round = 0; round < ROUNDS; round += 1) {
      group.push(await measureRate(server, () => ask(load, { ...groupLoad, inFlight: 1 })));
      burst.push(await measureRate(server, () => ask(load, { ...groupLoad, inFlight: 8 })));
      user.push(await measureRate(server, () => ask(load, userLoad)));
    }
  } finally {
    await Promise.all([stop(load), stop(server)]);
  }
  return { group, burst, user };
}

/** @param {string} what @param {number[]} values @param {number} digits */
function row(what, values, digits = 0) {
  const sorted = values.toSorted((a, b) => a - b);
  const text = (/** @type {number | undefined} */ value) => (value ?? Number.NaN).toFixed(digits);
  return {
    what,
    min: text(sorted[0]),
    median: text(sorted[Math.floor(sorted.length / 2)]),
    max: text(sorted.at(-1)),
  };
}

/** @param {string} name @param {Rate[]} rates @param {string} unit */
function rateRows(name, rates, unit) {
  return [
    row(
      `${name}: ${unit}/s`,
      rates.map((rate) => rate.perSecond),
    ),
    row(
      `${name}: server processor, µs per one`,
      rates.map((rate) => rate.cpuMicros),
      1,
    ),
    row(
      `${name}: server write calls per one`,
      rates.map((rate) => rate.writes),
      3,
    ),
    row(
      `${name}: server processor, % of a core`,
      rates.map((rate) => rate.serverCpu),
    ),
  ];
}

const rates = await measureRates();
/** @type {{ bare: Awaited<ReturnType<typeof measureMemory>>, signalr: Awaited<ReturnType<typeof measureMemory>> }[]} */
const memory = [];
for (let round = 0; round < 3; round += 1) {
  memory.push({ bare: await measureMemory("bare"), signalr: await measureMemory("signalr") });
}

console.log(`${SOCKETS} sockets, ${PAYLOAD_BYTES} byte payloads, Node.js ${process.version}`);
console.table([
  ...rateRows(`group send, one after another`, rates.group, "deliveries"),
  ...rateRows(`group send, 8 in flight`, rates.burst, "deliveries"),
  ...rateRows(`send to user, 32 in flight`, rates.user, "calls"),
  row(
    "idle bare ws socket: heap bytes",
    memory.map(({ bare }) => bare.heapBytes),
  ),
  row(
    "idle client: heap bytes",
    memory.map(({ signalr }) => signalr.heapBytes),
  ),
  row(
    "idle bare ws socket: resident bytes",
    memory.map(({ bare }) => bare.residentBytes),
  ),
  row(
    "idle client: resident bytes",
    memory.map(({ signalr }) => signalr.residentBytes),
  ),
  row(
    "idle client ÷ bare ws socket: heap",
    memory.map(({ bare, signalr }) => signalr.heapBytes / bare.heapBytes),
    2,
  ),
  row(
    "idle client ÷ bare ws socket: resident",
    memory.map(({ bare, signalr }) => signalr.residentBytes / bare.residentBytes),
    2,
  ),
]);
