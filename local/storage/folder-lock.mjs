// @ts-check
/**
 * One writer per folder. The lock is a file that names its holder and whose modification time the holder
 * renews every second, so that a lock left behind by a killed process is told from a live one even when the
 * operating system has given the same process id to somebody else.
 *
 * Plain JavaScript because it runs in the Azurite child (see azurite-child.mjs).
 */
import { randomUUID } from "node:crypto";
import { readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const HEARTBEAT_MS = 1_000;
/** A holder that beats and does not say it is closing is a second program on the same folder. */
const IN_USE_AFTER_MS = 2_500;
/** A holder that does not beat is dead and its process id belongs to somebody else. */
const DEAD_AFTER_MS = 5_000;
/** A closing holder gets this long to write its rows. */
const WAIT_AT_MOST_MS = 10_000;

/** @typedef {{ pid: number, id: string, state: "serving" | "closing" }} Holder */

/**
 * Waits, at most ten seconds, until this process alone may write in `folder`.
 * @param {string} folder
 * @param {(pid: number) => void} onWaiting called once when another process holds the folder
 */
export async function lockFolder(folder, onWaiting) {
  const path = join(folder, "azurite.lock");
  const id = randomUUID();
  const since = Date.now();
  /** @type {number | undefined} */
  let firstBeat;
  for (;;) {
    if (create(path, { pid: process.pid, id, state: "serving" })) break;
    const holder = readHolder(path);
    if (holder === undefined) continue; // released between the two calls
    if (firstBeat === undefined) {
      firstBeat = holder.beat;
      if (isAlive(holder.pid)) onWaiting(holder.pid);
    }
    const beats = holder.beat !== firstBeat;
    const waited = Date.now() - since;
    if (!isAlive(holder.pid) || (waited > DEAD_AFTER_MS && !beats)) removeIf(path, holder.id);
    else if (waited > WAIT_AT_MOST_MS || (waited > IN_USE_AFTER_MS && beats && holder.state === "serving")) {
      throw new Error(
        `The folder ${folder} is in use by another live process (${holder.pid}). Stop that one, or start with another data folder.`,
      );
    } else await sleep(50);
  }
  const heartbeat = setInterval(() => {
    try {
      const now = new Date();
      if (isMine()) utimesSync(path, now, now);
    } catch {
      // The folder was removed; the next save says so.
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();

  /** A holder that was stopped for long may have been taken for dead: it must not write any more. */
  function isMine() {
    return readHolder(path)?.id === id;
  }
  return {
    isMine,
    announceClosing() {
      if (isMine()) writeFileSync(path, JSON.stringify({ pid: process.pid, id, state: "closing" }));
    },
    release() {
      clearInterval(heartbeat);
      removeIf(path, id);
    },
  };
}

/**
 * @param {string} path
 * @param {Holder} holder
 */
function create(path, holder) {
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * @param {string} path
 * @returns {(Holder & { beat: number }) | undefined} undefined when there is no lock
 */
function readHolder(path) {
  try {
    const beat = statSync(path).mtimeMs;
    const text = readFileSync(path, "utf8");
    return { ...parseHolder(text), beat };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * @param {string} text
 * @returns {Holder}
 */
function parseHolder(text) {
  try {
    const { pid, id, state } = JSON.parse(text);
    if (Number.isInteger(pid) && pid > 0) return { pid, id, state };
  } catch {
    // Not JSON: see below.
  }
  // Caught while its holder was writing it, or its holder died doing so: taken for alive until the wait is over.
  return { pid: process.pid, id: "", state: "closing" };
}

/**
 * @param {string} path
 * @param {string} id
 */
function removeIf(path, id) {
  if (readHolder(path)?.id !== id) return;
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
