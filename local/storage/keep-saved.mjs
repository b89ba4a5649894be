// @ts-check
/**
 * Takes over from LokiJS's own five-second autosave, and from its close(): that one answers at once when a save
 * is under way, because the dirty marks are cleared when a save begins, and an exit then would lose that save.
 *
 * Plain JavaScript because it runs in the Azurite child (see azurite-child.mjs).
 */

const SAVE_AFTER_MS = 500;

/**
 * @param {any[]} databases in the order in which they are written
 * @param {{ folder: string, lock: { isMine(): boolean }, onFailure: (error: Error) => void }} o
 */
export function keepSaved(databases, { folder, lock, onFailure }) {
  for (const db of databases) {
    db.autosaveDisable();
    db.autosave = false;
  }
  /** @type {Promise<void>} */
  let underWay = Promise.resolve();
  let waitMs = SAVE_AFTER_MS;
  /** @type {NodeJS.Timeout} */
  let timer;

  /** @param {any} db */
  const save = (db) =>
    new Promise((resolve, reject) => {
      if (!lock.isMine()) {
        console.error(`Another process has taken over ${folder}: nothing more is written.`);
        process.exit(1);
      }
      db.saveDatabase((/** @type {Error | undefined} */ error) => {
        if (!error) return resolve(undefined);
        db.collections[0].dirty = true; // LokiJS has cleared the marks of what was not saved
        reject(error);
      });
    });
  const saveWhileDirty = async () => {
    const began = Date.now();
    while (databases.some((db) => db.autosaveDirty())) {
      for (const db of databases) if (db.autosaveDirty()) await save(db);
    }
    waitMs = Math.max(SAVE_AFTER_MS, 9 * (Date.now() - began)); // a big database must not spend its time saving
  };
  const tick = () => {
    underWay = saveWhileDirty().catch(onFailure);
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
