// @ts-check
/**
 * Azurite's table service in a process of its own, with two things the stock command line does not do: it
 * outlives its parent long enough to save, and it loads no telemetry.
 *
 * Azurite keeps all rows in memory (LokiJS) and writes the whole database to one file every five seconds. The
 * runtime must not lose rows that were acknowledged, even when it is killed with SIGKILL. So this process sits
 * in its own process group, holds an IPC channel to the runtime, and when that channel closes, for whatever
 * reason, it stops serving, saves and exits. As a second net it saves half a second after a write.
 *
 * What can still be lost: rows of the last save interval (0.5 s, or nine times as long as a save takes, when
 * that is more) if this very process is killed with SIGKILL; and, as Azurite never calls fsync, more in a power cut.
 *
 * Plain JavaScript because it is started both from the sources and from the build: node 20 runs no TypeScript.
 * Arguments: the data folder, or "" to keep rows in memory only. Accounts come in AZURITE_ACCOUNTS.
 * Messages to the parent: {waitingFor: pid} | {port} | {failed} | {saveFailed}; from the parent: "close".
 * Read for this: azurite 3.35.0 dist/src/table/{TableServer,TableConfiguration}.js, common/ServerBase.js,
 * table/persistence/LokiTableMetadataStore.js; lokijs 1.5.12 src/lokijs.js (saveDatabase, close).
 */
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lockFolder } from "./folder-lock.mjs";

const SAVE_AFTER_MS = 500;
const LAST_REQUESTS_MS = 1_000;

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
  await tell({ port: await serve() });
} catch (error) {
  if (!closing) {
    console.error(error);
    await tell({ failed: error instanceof Error ? error.message : String(error) });
    await close(1);
  }
}

/** @returns {Promise<number>} the port */
async function serve() {
  const lock =
    dataDir === "" ? undefined : await lockFolder(dataDir, (pid) => void tell({ waitingFor: pid }));
  stop = async () => lock?.release();
  const { TableServer, TableConfiguration } = loadAzurite();
  const configuration = new TableConfiguration("127.0.0.1", 0);
  configuration.metadataDBPath = join(dataDir, "__azurite_db_table__.json");
  configuration.isMemoryPersistence = lock === undefined;
  configuration.enableAccessLog = false;
  configuration.skipApiVersionCheck = true;
  const server = new TableServer(configuration);
  await server.start();
  const store = lock && keepSaved(server.metadataStore.db, lock);
  stop = async () => {
    lock?.announceClosing();
    const closed = once(server.httpServer, "close");
    server.httpServer.stop(); // `stoppable`: ends idle connections, lets requests under way finish
    await Promise.race([closed, sleep(LAST_REQUESTS_MS)]);
    await store?.saveLast();
    lock?.release();
  };
  return server.httpServer.address().port;
}

/**
 * Requires the table service alone. Its telemetry middleware pulls in Application Insights, which takes longer
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
  };
}

/**
 * Takes over from LokiJS's own five-second autosave, and from its close(): that one answers at once when a save
 * is under way, because the dirty marks are cleared when a save begins, and an exit then would lose that save.
 * @param {any} db
 * @param {{ isMine(): boolean }} lock
 */
function keepSaved(db, lock) {
  db.autosaveDisable();
  db.autosave = false;
  /** @type {Promise<void>} */
  let underWay = Promise.resolve();
  let waitMs = SAVE_AFTER_MS;
  /** @type {NodeJS.Timeout} */
  let timer;

  const save = () =>
    new Promise((resolve, reject) => {
      if (!lock.isMine()) {
        console.error(`Another process has taken over ${dataDir}: nothing more is written.`);
        process.exit(1);
      }
      db.saveDatabase((/** @type {Error | undefined} */ error) =>
        error ? reject(error) : resolve(undefined),
      );
    });
  const saveWhileDirty = async () => {
    const began = Date.now();
    while (db.autosaveDirty()) await save();
    waitMs = Math.max(SAVE_AFTER_MS, 9 * (Date.now() - began)); // a big database must not spend its time saving
  };
  const tick = () => {
    underWay = saveWhileDirty().catch((error) => {
      db.collections[0].dirty = true; // LokiJS has cleared the marks of what was not saved
      void tell({ saveFailed: error.message });
    });
    void underWay.then(() => void (timer = setTimeout(tick, waitMs)));
  };
  timer = setTimeout(tick, waitMs);
  return {
    async saveLast() {
      await underWay;
      clearTimeout(timer);
      await saveWhileDirty();
    },
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
