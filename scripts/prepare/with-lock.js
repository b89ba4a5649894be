// @ts-check
/** Lets `npm start` and `npm test` prepare the same folder at once: one works, the other waits and finds the work done. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 100;

/**
 * Runs `work` while holding `.local/prepare.lock`, which names the process that holds it.
 * @param {URL} root
 * @param {() => Promise<void>} work
 */
export async function withLock(root, work) {
  const lock = new URL(".local/prepare.lock", root);
  mkdirSync(new URL(".local/", root), { recursive: true });
  while (!tryLock(lock)) {
    dropDeadLock(lock);
    await sleep(POLL_MS);
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {URL} lock */
function tryLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * Takes away the lock of a process that was killed; moved aside first, so that of two that try one succeeds.
 * @param {URL} lock
 */
function dropDeadLock(lock) {
  try {
    if (isAlive(Number(readFileSync(lock, "utf8")))) return;
    const aside = new URL(`${lock.href}.${process.pid}`);
    renameSync(lock, aside);
    rmSync(aside);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** @param {number} pid 0 when the holder has created the lock and not yet signed it: signal 0 to 0 always succeeds. */
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
