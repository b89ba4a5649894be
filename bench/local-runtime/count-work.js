// @ts-check
/** Exact counts of what the engine asks of its store and of its functions; unlike times they are the same on every machine. */
import { readFileSync } from "node:fs";

/**
 * @typedef {object} Work
 * @property {number} invocations functions run
 * @property {number} commits commits the engine asked for
 * @property {number} transactions LMDB transactions that were written, several commits in each
 * @property {number} rows rows written or removed
 * @property {number} bytes bytes handed to the operating system for writing (Linux only, else 0)
 */

/** Counts for one store and one set of functions. */
export class WorkCount {
  /** @type {Pick<Work, "invocations" | "commits" | "rows">} */
  #counts = { invocations: 0, commits: 0, rows: 0 };
  #state;

  /** @param {import("lmdb").RootDatabase} state opened, and not yet given to an engine */
  constructor(state) {
    this.#state = state;
    const { openDB, childTransaction } = state;
    Object.assign(state, {
      openDB: (/** @type {any[]} */ ...args) => this.#watch(Reflect.apply(openDB, state, args)),
      childTransaction: (/** @type {() => unknown} */ write) => {
        this.#counts.commits += 1;
        return Reflect.apply(childTransaction, state, [write]);
      },
    });
  }

  /**
   * The same functions, counted.
   * @param {import("../../local/durable/durable-functions.ts").DurableFunctions} functions
   * @returns {import("../../local/durable/durable-functions.ts").DurableFunctions}
   */
  watchFunctions(functions) {
    return {
      has: functions.has,
      runOrchestrator: (...args) => {
        this.#counts.invocations += 1;
        return functions.runOrchestrator(...args);
      },
      runActivity: (...args) => {
        this.#counts.invocations += 1;
        return functions.runActivity(...args);
      },
    };
  }

  /** @returns {Work} everything counted so far */
  read() {
    /** @type {unknown} */
    const stats = this.#state.getStats();
    const transactions = Number(Object(stats).root?.lastTxnId ?? Object(stats).lastTxnId ?? 0);
    return { ...this.#counts, transactions, bytes: bytesWritten() };
  }

  /** @param {any} database */
  #watch(database) {
    const { put, remove } = database;
    return Object.assign(database, {
      put: (/** @type {any[]} */ ...args) => {
        this.#counts.rows += 1;
        return Reflect.apply(put, database, args);
      },
      remove: (/** @type {any[]} */ ...args) => {
        this.#counts.rows += 1;
        return Reflect.apply(remove, database, args);
      },
    });
  }
}

function bytesWritten() {
  try {
    return Number(/^wchar: (\d+)$/mu.exec(readFileSync("/proc/self/io", "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
