// @ts-check
/**
 * Azurite's table and blob services in a process of their own, with two things the stock command line does not do: it
 * outlives its parent long enough to save, and it loads no telemetry.
 *
 * Azurite keeps all rows in memory (LokiJS) and writes the whole database to one file every five seconds. What is in
 * blobs it writes at once (to files in __blobstorage__, "extents"), but which blobs there are, and where they lie, stands
 * in two such databases. The runtime must not lose what was acknowledged, even when it is killed with SIGKILL. So this process sits
 * in its own process group, holds an IPC channel to the runtime, and when that channel closes, for whatever
 * reason, it stops serving, saves and exits. As a second net it saves half a second after a write.
 *
 * What can still be lost: rows and blobs of the last save interval (0.5 s, or nine times as long as a save takes, when
 * that is more) if this very process is killed with SIGKILL; and, as Azurite never calls fsync, more in a power cut.
 *
 * Plain JavaScript because it is started both from the sources and from the build: node 20 runs no TypeScript.
 * Arguments: the data folder, or "" to keep rows in memory only. Accounts come in AZURITE_ACCOUNTS.
 * Messages to the parent: {waitingFor: pid} | {port, blobPort} | {failed} | {saveFailed}; from the parent: "close".
 * Read for this: azurite 3.35.0 dist/src/table/{TableServer,TableConfiguration}.js, blob/{BlobServer,BlobConfiguration}.js,
 * common/ServerBase.js, common/persistence/{FSExtentStore,LokiExtentMetadataStore}.js, and the LokiJS stores of each; lokijs 1.5.12 src/lokijs.js (saveDatabase, close).
 */
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lockFolder } from "./folder-lock.mjs";
import { keepSaved } from "./keep-saved.mjs";

const LAST_REQUESTS_MS = 1_000;
/** Each has a file of its own. */
const WRITES_SIDE_BY_SIDE = 4;

const dataDir = process.argv[2] ?? "";
/** @type {(() => Promise<void>) | undefined} what must be undone before this process may exit */
let stop;
let closing = false;

process.once("disconnect", () => void close(0));
process.once("SIGTERM", () => void close(0));
process.once("SIGINT", () => void close(0));
process.on("message", (message) => {
  if (message === "close") void close(0);
});
process.on("uncaughtException", (error) => {
  console.error(error);
  void close(1);
});

try {
  await tell(await serve());
} catch (error) {
  if (!closing) {
    console.error(error);
    await tell({ failed: error instanceof Error ? error.message : String(error) });
    await close(1);
  }
}

/** @returns {Promise<{ port: number, blobPort: number }>} */
async function serve() {
  const lock =
    dataDir === "" ? undefined : await lockFolder(dataDir, (pid) => void tell({ waitingFor: pid }));
  stop = async () => lock?.release();
  const azurite = loadAzurite();
  const inMemory = lock === undefined;
  const tables = createTableServer(azurite, inMemory);
  const blobs = createBlobServer(azurite, inMemory);
  const servers = [tables, blobs];
  await Promise.all(servers.map((server) => server.start()));
  // Blobs before rows: a row may lead to a blob, never the other way round.
  const databases = [blobs.extentMetadataStore.db, blobs.metadataStore.db, tables.metadataStore.db];
  const onFailure = (/** @type {Error} */ { message }) => void tell({ saveFailed: message });
  const store = lock && keepSaved(databases, { folder: dataDir, lock, onFailure });
  stop = async () => {
    lock?.announceClosing();
    await Promise.all(servers.map((server) => stopServing(server.httpServer)));
    await store?.saveLast();
    lock?.release();
  };
  return { port: tables.httpServer.address().port, blobPort: blobs.httpServer.address().port };
}

/** @param {any} httpServer */
async function stopServing(httpServer) {
  const closed = once(httpServer, "close");
  httpServer.stop(); // `stoppable`: ends idle connections, lets requests under way finish
  await Promise.race([closed, sleep(LAST_REQUESTS_MS)]);
}

/** @param {ReturnType<typeof loadAzurite>} azurite @param {boolean} inMemory */
function createTableServer({ TableServer, TableConfiguration }, inMemory) {
  const configuration = new TableConfiguration("127.0.0.1", 0);
  configuration.metadataDBPath = join(dataDir, "__azurite_db_table__.json");
  return new TableServer(toQuiet(configuration, inMemory));
}

/** @param {ReturnType<typeof loadAzurite>} azurite @param {boolean} inMemory */
function createBlobServer({ BlobServer, BlobConfiguration }, inMemory) {
  const configuration = new BlobConfiguration("127.0.0.1", 0);
  configuration.metadataDBPath = join(dataDir, "__azurite_db_blob__.json");
  configuration.extentDBPath = join(dataDir, "__azurite_db_blob_extent__.json");
  const locationPath = join(dataDir, "__blobstorage__");
  configuration.persistencePathArray = [
    { locationId: "Default", locationPath, maxConcurrency: WRITES_SIDE_BY_SIDE },
  ];
  return new BlobServer(toQuiet(configuration, inMemory));
}

/** @param {any} configuration @param {boolean} inMemory */
function toQuiet(configuration, inMemory) {
  return Object.assign(configuration, {
    isMemoryPersistence: inMemory,
    enableAccessLog: false,
    skipApiVersionCheck: true,
  });
}

/**
 * Requires the two services alone. Their telemetry middleware pulls in Application Insights, which takes longer
 * to load than all the rest and would be idle: an empty module stands in, so nothing can be sent either.
 */
function loadAzurite() {
  const require = createRequire(createRequire(import.meta.url).resolve("azurite/package.json"));
  const insights = require.resolve("applicationinsights");
  require.cache[insights] = Object.assign(Object.create(null), {
    id: insights,
    filename: insights,
    loaded: true,
    exports: {},
  });
  return {
    TableServer: require("./dist/src/table/TableServer.js").default,
    TableConfiguration: require("./dist/src/table/TableConfiguration.js").default,
    BlobServer: require("./dist/src/blob/BlobServer.js").default,
    BlobConfiguration: require("./dist/src/blob/BlobConfiguration.js").default,
  };
}

/** @param {number} exitCode */
async function close(exitCode) {
  if (closing) return;
  closing = true;
  try {
    await stop?.();
  } catch (error) {
    console.error(error);
    exitCode = 1;
  }
  process.exit(exitCode);
}

/**
 * @param {object} message
 * @returns {Promise<void>}
 */
function tell(message) {
  return new Promise((resolve) => {
    if (process.connected && process.send) process.send(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
