import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDurableEngine } from "../../../local/durable/durable-engine.ts";
import { defaultRetention, type RetentionRule } from "../../../local/durable/retention.ts";
import { openState } from "../../../local/state/open-state.ts";
import { checkIntegrity } from "./check-integrity.ts";
import { scriptedFunctions } from "./scripted-functions.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "durable-retention-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const dayMs = 24 * 60 * 60 * 1000;

interface Session {
  /** Runs so many instances to their end. */
  run(count: number): Promise<void>;
  /** Resolves when so many ended instances are left. */
  untilLeft(count: number): Promise<void>;
  /** Leaves an instance behind that has messages to read. */
  leaveUnfinished(): Promise<void>;
  rowsReadAtStart: number;
  state: RootDatabase;
  close(): Promise<void>;
}

let instances = 0;
function open(retention: RetentionRule | null): Session {
  const state = openState(dataDir);
  const reads = countReads(state);
  const engine = createDurableEngine({
    state,
    functions: scriptedFunctions,
    storeInputsInOrchestrationHistory: false,
    retention,
    log: () => {},
  });
  engine.start();
  const rowsReadAtStart = reads.count;
  const countEnded = () => engine.listInstances({}, 100_000, null).instances.length;
  return {
    rowsReadAtStart,
    state,
    run: async (count) => {
      const ids = Array.from({ length: count }, () => `tiny-${(instances += 1)}`);
      await Promise.all(ids.map((instanceId) => engine.startNew({ name: "tiny", instanceId, input: null })));
      await Promise.all(ids.map((instanceId) => engine.waitForEnd(instanceId, 20_000)));
    },
    leaveUnfinished: async () => {
      await engine.startNew({ name: "steps", instanceId: "held", input: null });
      await engine.suspend("held", null);
      for (let n = 0; n < 3; n += 1) await engine.raiseEvent("held", "later", null);
    },
    untilLeft: async (count) => {
      const deadline = Date.now() + 10_000;
      while (countEnded() !== count) {
        if (Date.now() > deadline) throw new Error(`${countEnded()} instances are left, not ${count}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: async () => {
      await engine.stop();
      await state.close();
    },
  };
}

/** Counts the rows that are read from any table of the store. */
function countReads(state: RootDatabase): { count: number } {
  const reads = { count: 0 };
  const openDB = state.openDB.bind(state);
  const counted = <T>(row: T): T => {
    reads.count += 1;
    return row;
  };
  state.openDB = ((options: { name: string }) => {
    const database = openDB(options);
    const { get, getRange, getKeys } = database;
    database.get = (...args) => counted(Reflect.apply(get, database, args));
    database.getRange = (...args) => Reflect.apply(getRange, database, args).map(counted);
    database.getKeys = (...args) => Reflect.apply(getKeys, database, args).map(counted);
    return database;
  }) as typeof state.openDB;
  return reads;
}

const megabytes = () => statSync(join(dataDir, "state", "data.mdb")).size / 1024 ** 2;

describe("old instances", () => {
  it("are kept for 30 days, at least 1,000 and at most 50,000 of them, unless told otherwise", () => {
    expect(defaultRetention).toEqual({ keepForMs: 30 * dayMs, keepAtLeast: 1_000, keepAtMost: 50_000 });
  });

  it("are forgotten at the start when they are too old, except for the last ones", async () => {
    const first = open(null);
    await first.run(20);
    await first.close();
    const second = open({ keepForMs: 0, keepAtLeast: 5, keepAtMost: 100 });
    await second.untilLeft(5);
    expect(checkIntegrity(second.state)).toEqual([]);
    await second.close();
  });

  it("are forgotten when they are too many, the oldest first", async () => {
    const first = open(null);
    await first.run(450);
    await first.run(1);
    const last = `tiny-${instances}`;
    await first.close();
    const second = open({ keepForMs: dayMs, keepAtLeast: 0, keepAtMost: 3 });
    await second.untilLeft(3);
    expect(second.state.openDB({ name: "durable-instances" }).get(last)).toBeDefined();
    expect(checkIntegrity(second.state)).toEqual([]);
    await second.close();
  });

  it("are kept while they are young, and all of them when retention is switched off", async () => {
    const first = open(null);
    await first.run(10);
    await first.close();
    for (const rule of [defaultRetention, { keepForMs: dayMs, keepAtLeast: 0, keepAtMost: 100 }, null]) {
      const next = open(rule);
      await next.run(1);
      await next.close();
    }
    const last = open(null);
    await last.untilLeft(13);
    expect(checkIntegrity(last.state)).toEqual([]);
    await last.close();
  });
});

describe("the store", () => {
  it("stops growing when the same load comes again and again", async () => {
    const sizes: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      const session = open({ keepForMs: 0, keepAtLeast: 0, keepAtMost: 0 });
      await session.untilLeft(0);
      await session.run(250);
      await session.close();
      sizes.push(megabytes());
    }
    expect(sizes.at(-1)).toBeLessThanOrEqual((sizes[4] ?? 0) * 1.1);
    expect(sizes.at(-1)).toBeLessThan(8);
  }, 60_000);

  it("reads no more rows at the start because more instances have ended", async () => {
    const first = open(null);
    await first.leaveUnfinished();
    await first.close();
    const rowsRead: number[] = [];
    for (const more of [20, 800]) {
      const session = open(null);
      await session.run(more);
      await session.close();
      const next = open(defaultRetention);
      rowsRead.push(next.rowsReadAtStart);
      await next.close();
    }
    expect(rowsRead[1]).toBe(rowsRead[0]);
    expect(rowsRead[1]).toBeGreaterThan(0);
    expect(rowsRead[1]).toBeLessThan(50);
  });
});
