// @ts-check
/** Starts an app in a process of its own, with counters between it and its services. */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAzurite } from "../../dist/local/storage/start-azurite.js";
import { classifySignalRCall, classifyTableCall, startCountingServer } from "./start-counting-server.js";

/** @typedef {import("./start-counting-server.js").Counts} Counts */
/** @typedef {{ functions: Counts, cpuMs: number, peakBytes: number }} AppReading */
/** @typedef {Awaited<ReturnType<typeof startMeasuredApp>>} MeasuredApp */

/**
 * @param {string} app folder of a Functions app
 * @param {{ onPush?: (body: Buffer) => void }} [options] told of every call to SignalR
 */
export async function startMeasuredApp(app, { onPush } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), "orderbell-cost-"));
  const azurite = await startAzurite({ log: () => {} });
  const azuritePort = Number(/TableEndpoint=http:\/\/[^:]+:(\d+)/u.exec(azurite.connectionString)?.[1]);
  const tables = await startCountingServer({ targetPort: azuritePort, classify: classifyTableCall });
  const signalR = await startCountingServer({
    classify: classifySignalRCall,
    onCall: ({ body }) => onPush?.(body),
  });
  const child = fork(join(import.meta.dirname, "app-process.js"), [], { execArgv: [] });
  const ask = createQuestions(child);
  const { url } = await ask({
    do: "start",
    app,
    dataDir,
    settings: {
      AzureWebJobsStorage: azurite.connectionString.replace(`:${azuritePort}/`, `:${tables.port}/`),
      // A loopback address that the runtime does not take for one, so that it starts no service of its own.
      AzureSignalRConnectionString: `Endpoint=http://[::ffff:127.0.0.1];Port=${signalR.port};AccessKey=${"k".repeat(44)};Version=1.0;`,
      SALESFORCE_ORG_IDS: "00D000000000001EAA",
      SALESFORCE_LOGIN_URL: "",
      SALESFORCE_CLIENT_ID: "",
      SALESFORCE_CLIENT_SECRET: "",
    },
  });
  return {
    url: String(url),
    /** Connection string of the tables, past the counter. */
    storage: azurite.connectionString,
    /** Everything counted until now. @returns {Promise<AppReading & { tables: Counts, signalR: Counts }>} */
    async read() {
      return { ...(await ask({ do: "read" })), tables: tables.read(), signalR: signalR.read() };
    },
    /** Calls to SignalR until now. */
    pushes: () => signalR.read()["send"] ?? 0,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await ask({ do: "stop" }).catch(() => undefined);
      child.disconnect();
      await ended;
      await Promise.all([tables.close(), signalR.close()]);
      await azurite.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** One question at a time, answered in order. @param {import("node:child_process").ChildProcess} child */
function createQuestions(child) {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return (/** @type {object} */ question) => {
    /** @type {Promise<any>} */
    const next = last.then(
      () =>
        new Promise((resolve, reject) => {
          const fail = () => reject(new Error("The app's process ended."));
          child.once("exit", fail);
          child.once("message", (/** @type {any} */ result) => {
            child.off("exit", fail);
            if (result.error === undefined) resolve(result);
            else reject(new Error(result.error));
          });
          child.send(question);
        }),
    );
    last = next.catch(() => undefined);
    return next;
  };
}
