// @ts-check
/** The server under measurement: `node server.js signalr`, or `bare` for a `ws` server that does nothing. Driven by IPC. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocketServer } from "ws";
import { startSignalRService } from "../../../dist/local/signalr/start-signalr-service.js";
import { openState } from "../../../dist/local/state/open-state.js";
import { ACCESS_KEY } from "./access-key.js";

const SETTLE_MS = 500;

/** @returns {Promise<{ url: string, count: () => number, close: () => Promise<void> }>} */
async function listenSignalR() {
  const folder = mkdtempSync(join(tmpdir(), "orderbell-bench-"));
  const state = openState(folder);
  const service = await startSignalRService({ port: 0, accessKey: ACCESS_KEY, state, log: () => {} });
  return {
    url: service.url,
    count: () => service.connectionCounts().reduce((sum, { connections }) => sum + connections, 0),
    close: async () => {
      await service.close();
      await state.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @returns {Promise<{ url: string, count: () => number, close: () => Promise<void> }>} */
async function listenBare() {
  const server = createServer();
  const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
  webSockets.on("connection", (webSocket) => webSocket.on("message", () => {}));
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    count: () => webSockets.clients.size,
    close: async () => {
      for (const webSocket of webSockets.clients) webSocket.terminate();
      server.close();
    },
  };
}

/** Memory in use once the connections are as many as expected and the garbage is gone. @param {number} connections */
async function memory(connections) {
  const deadline = Date.now() + 10_000;
  while (server?.count() !== connections) {
    if (Date.now() > deadline) throw new Error(`There are ${server?.count()} connections.`);
    await delay(20);
  }
  await delay(SETTLE_MS);
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, residentBytes: rss };
}

/** Write calls of this process, sockets included; Linux only. */
function writeCalls() {
  try {
    return Number(/^syscw: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
  } catch {
    return Number.NaN;
  }
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, writes: writeCalls() };
}

/** @type {Awaited<ReturnType<typeof listenSignalR>> | undefined} */
let server;

/** @param {{ do: "listen" } | { do: "memory", connections: number } | { do: "usage" }} question */
async function answer(question) {
  switch (question.do) {
    case "listen":
      server = await (process.argv[2] === "bare" ? listenBare() : listenSignalR());
      return { url: server.url };
    case "memory":
      return memory(question.connections);
    case "usage":
      return usage();
  }
}

process.on("message", (/** @type {Parameters<typeof answer>[0]} */ question) => {
  answer(question).then(
    (result) => process.send?.(result),
    (error) => process.send?.({ error: String(error) }),
  );
});
process.once("disconnect", () => void server?.close());
