// @ts-check
/** The load: raw sockets that only count what they are sent, and a caller of the REST API. Driven by IPC. */
import { randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { createClientToken, createServerToken } from "../../../dist/local/signalr/access-token.js";
import { ACCESS_KEY } from "./access-key.js";

const HUB = "bench";
const OPENING_AT_ONCE = 50;
const STALL_MS = 20_000;
/** The service drops a client that is silent for 30 s. */
const PING_MS = 10_000;

const agent = new Agent({ keepAlive: true, maxSockets: 32 });
// One for all sockets: what arrives is counted, never read.
const buffer = Buffer.allocUnsafe(64 * 1024);
/** @type {import("node:net").Socket[]} */
const sockets = [];
let url = "";
let token = "";
let received = 0;
let awaited = Number.POSITIVE_INFINITY;
let reached = () => {};

/** Counts all bytes, the service's pings too: they are far below one in a hundred. @param {number} bytes */
function countBytes(bytes) {
  received += bytes;
  if (received >= awaited) reached();
  return true;
}

/** Waits until that many bytes have arrived at all sockets together. @param {number} bytes */
function arrivalOf(bytes) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Only ${received} of ${bytes} bytes arrived.`)),
      STALL_MS,
    );
    awaited = bytes;
    reached = () => {
      clearTimeout(timer);
      awaited = Number.POSITIVE_INFINITY;
      resolve(undefined);
    };
    if (received >= awaited) reached();
  });
}

/** A text frame of a client, masked with zeros. @param {string} text */
function clientFrame(text) {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

const PING = clientFrame('{"type":6}\u001e');
const pings = setInterval(() => {
  for (const socket of sockets) socket.write(PING);
}, PING_MS);

/** Opens one socket, shakes hands where there is someone to, and resolves with it. @param {number} n @param {string} kind */
async function open(n, kind) {
  const { hostname, port } = new URL(url);
  const clientToken = await createClientToken({
    endpoint: url,
    accessKey: ACCESS_KEY,
    hub: HUB,
    userId: `user-${n}`,
    lifetimeSeconds: 600,
  });
  return new Promise((resolve, reject) => {
    let head = "";
    const socket = connect({
      host: hostname,
      port: Number(port),
      onread: {
        buffer,
        callback: (bytes) => {
          if (head === "open") return countBytes(bytes);
          head += buffer.toString("latin1", 0, bytes);
          const shaken = kind === "bare" || head.endsWith("{}\u001e");
          if (head.includes("\r\n\r\n") && !head.startsWith("HTTP/1.1 101")) reject(new Error(head));
          if (head.includes("\r\n\r\n") && shaken) {
            head = "open";
            resolve(socket);
          }
          return true;
        },
      },
    });
    socket.setNoDelay();
    socket.on("error", reject);
    const key = randomBytes(16).toString("base64");
    socket.write(
      `GET /client/?hub=${HUB} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nAuthorization: Bearer ${clientToken}\r\n\r\n`,
    );
    socket.write(clientFrame('{"protocol":"json","version":1}\u001e'));
  });
}

/** Calls the REST API. @param {string} method @param {string} path @param {string} [body] @returns {Promise<void>} */
function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const target = `${url}/api/hubs/${HUB}${path}?api-version=2022-06-01`;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" };
    const sent = request(target, { method, agent, headers }, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode === 200 || response.statusCode === 202) resolve();
        else reject(new Error(`${method} ${path} answered ${response.statusCode}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Runs `task` for 0 to count - 1, some at once. @param {number} count @param {number} atOnce @param {(n: number) => Promise<void>} task */
async function times(count, atOnce, task) {
  let next = 0;
  const work = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, work));
}

/** @param {string} text */
function bodyOf(text) {
  return JSON.stringify({ Target: "notification", Arguments: [text] });
}

/** How long a server's frame is that carries such a message. @param {string} text */
function frameBytes(text) {
  const record = JSON.stringify({ type: 1, target: "notification", arguments: [text] }).length + 1;
  return record + (record < 126 ? 2 : record < 65_536 ? 4 : 10);
}

/** @param {{ bytes: number, sends: number, inFlight: number }} o @param {number} receivers @param {(n: number) => string} path */
async function send({ bytes, sends, inFlight }, receivers, path) {
  const text = "x".repeat(bytes);
  received = 0;
  const start = performance.now();
  const arrival = arrivalOf(sends * receivers * frameBytes(text));
  await Promise.all([arrival, times(sends, inFlight, (n) => call("POST", path(n), bodyOf(text)))]);
  return { count: sends * receivers, ms: performance.now() - start };
}

/** @param {{ do: string, url: string, kind: string, sockets: number, bytes: number, sends: number, inFlight: number }} question */
async function answer(question) {
  switch (question.do) {
    case "open": {
      url = question.url;
      token = await createServerToken({ audience: `${url}/api/hubs/${HUB}`, accessKey: ACCESS_KEY });
      const first = sockets.length;
      await times(question.sockets, OPENING_AT_ONCE, async (n) => {
        sockets.push(await open(first + n, question.kind));
      });
      return {};
    }
    case "join":
      await times(sockets.length, 32, (n) => call("PUT", `/users/user-${n}/groups/everyone`));
      return {};
    case "group":
      return send(question, sockets.length, () => "/groups/everyone/:send");
    case "user":
      return send(question, 1, (n) => `/users/user-${n % sockets.length}/:send`);
  }
  throw new Error(`There is no load '${question.do}'.`);
}

process.on("message", (/** @type {Parameters<typeof answer>[0]} */ question) => {
  answer(question).then(
    (result) => process.send?.(result),
    (error) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.once("disconnect", () => {
  clearInterval(pings);
  for (const socket of sockets) socket.destroy();
  agent.destroy();
});
