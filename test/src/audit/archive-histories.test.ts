import { BlobServiceClient } from "@azure/storage-blob";
import { describe, expect, it } from "vitest";
import { archiveHistories, type ArchiveHistoriesDeps } from "../../../src/audit/archive-histories.ts";
import { createEvidenceArchive } from "../../../src/audit/evidence-archive.ts";
import type { DurableHistories, InstanceSummary } from "../../../src/audit/settle-history.ts";
import { openArchiveProgress } from "../../../src/storage/archive-progress.ts";
import { openEvidenceBlobs } from "../../../src/storage/evidence-blobs.ts";
import { openEvidenceTable } from "../../../src/storage/evidence-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import {
  CONFIGURATION,
  createLiveHistories,
  createRecord,
  createTestSigner,
} from "../../support/evidence.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.parse("2026-11-22T12:00:00.000Z");
const RETENTION_DAYS = 30;

/** Progress is one per app, so every test has an account of its own. */
async function createWorld() {
  const storage = claimStorage();
  let nowMs = START;
  const signer = await createTestSigner();
  const now = () => new Date(nowMs);
  const archive = createEvidenceArchive({
    table: openEvidenceTable(storage),
    blobs: openEvidenceBlobs(storage),
    openSigner: async () => signer,
    configuration: CONFIGURATION,
    codeVersion: "new",
    nodeVersion: "v20.20.2",
    now,
  });
  const deps: ArchiveHistoriesDeps = {
    archive,
    progress: openArchiveProgress(storage),
    retentionDays: RETENTION_DAYS,
    now,
  };
  const instances = new Map<string, InstanceSummary>();
  const calls: string[] = [];
  const live = () =>
    createLiveHistories([...instances.values()].map((one) => createRecord(one.instanceId, one)));
  const durable: DurableHistories = {
    async read(id) {
      calls.push(`read ${id}`);
      return live().read(id);
    },
    listParts: (rootId) => live().listParts(rootId),
    async *list(from, to) {
      calls.push("list");
      const found = [...instances.values()].filter(({ createdTime }) => {
        const created = Date.parse(createdTime);
        return created >= from.getTime() && created <= to.getTime();
      });
      for (let start = 0; start < found.length; start += 3) yield found.slice(start, start + 3);
    },
    find: async (id) => instances.get(id),
    async purge(id) {
      calls.push(`purge ${id}`);
      instances.delete(id);
    },
  };
  return {
    archive,
    durable,
    loseBlobs: () => BlobServiceClient.fromConnectionString(storage).deleteContainer("evidence"),
    instances,
    calls,
    add(instanceId: string, ageMs: number, more: Partial<InstanceSummary> = {}): void {
      const createdTime = `${new Date(nowMs - ageMs).toISOString().slice(0, 19)}Z`;
      const one = { instanceId, name: "notifyOrderChange", runtimeStatus: "Completed", createdTime, ...more };
      instances.set(instanceId, one);
    },
    pass: (ms: number) => (nowMs += ms),
    run: (more: Partial<ArchiveHistoriesDeps> = {}, other = durable) =>
      archiveHistories({ ...deps, ...more }, other),
    async isArchived(id: string): Promise<boolean> {
      return (await archive.readRecord(id)) !== undefined;
    },
  };
}

const toId = (number: number) => `order-801000000000001AAA-${String(number).padStart(22, "0")}`;

describe("archiveHistories", () => {
  it("archives what has ended, each once, and reads none of it again", async () => {
    const world = await createWorld();
    world.add(toId(1), 2 * HOUR_MS);
    world.add(`${toId(1)}:p1`, 2 * HOUR_MS, { name: "notifyAudiencePage" });
    world.add(toId(2), 40 * HOUR_MS, { runtimeStatus: "Failed" });
    world.add("0b1f", 2 * HOUR_MS, { name: "echoReceipts" });
    world.add(toId(3), HOUR_MS / 2);

    expect(await world.run()).toMatchObject({ archived: 2, removed: 0, failures: [], finished: true });
    expect(await world.isArchived(`${toId(1)}:p1`)).toBe(true);
    expect(await world.isArchived(toId(3))).toBe(false);
    world.calls.splice(0);
    world.pass(HOUR_MS);

    expect(await world.run()).toMatchObject({ archived: 1 });
    expect(world.calls.filter((call) => call.startsWith("read"))).toEqual([`read ${toId(3)}`]);
  });

  it("looks again, every hour, at what was still running", async () => {
    const world = await createWorld();
    world.add(toId(1), 2 * HOUR_MS, { runtimeStatus: "Running" });
    world.add(toId(2), 2 * HOUR_MS);
    world.add(`${toId(2)}:p1`, 2 * HOUR_MS, { runtimeStatus: "Running" });
    expect(await world.run()).toMatchObject({ archived: 0 });

    world.add(toId(1), 2 * HOUR_MS);
    world.add(`${toId(2)}:p1`, 2 * HOUR_MS);
    world.pass(HOUR_MS);
    expect(await world.run()).toMatchObject({ archived: 2, waiting: 2 });
    world.pass(HOUR_MS);
    expect(await world.run()).toMatchObject({ archived: 0, waiting: 0 });
  });

  it("removes after the retention period what is archived, parts first, and archives it before", async () => {
    const world = await createWorld();
    world.add(toId(1), 31 * DAY_MS);
    world.add(`${toId(1)}:p1`, 31 * DAY_MS);
    world.add(toId(2), 29 * DAY_MS);
    world.add("0b1f", 31 * DAY_MS, { name: "echoReceipts" });
    world.add("groups-x-2026-10-22", 31 * DAY_MS, { name: "mirrorGroups" });

    expect(await world.run()).toMatchObject({ archived: 1, removed: 3, failures: [] });
    expect([...world.instances.keys()]).toEqual([toId(2)]);
    const purges = world.calls.filter((call) => call.includes(toId(1)) && call.startsWith("purge"));
    expect(purges).toEqual([`purge ${toId(1)}:p1`, `purge ${toId(1)}`]);
    expect(await world.isArchived(`${toId(1)}:p1`)).toBe(true);
  });

  it("removes in time what was archived long before", async () => {
    const world = await createWorld();
    world.add(toId(1), 2 * HOUR_MS);
    await world.run();
    world.pass(RETENTION_DAYS * DAY_MS);
    expect(await world.run()).toMatchObject({ removed: 1 });
    expect(world.instances.size).toBe(0);
  });

  it("never removes what runs, what is not ours, or what could not be archived", async () => {
    const world = await createWorld();
    world.add(toId(1), 31 * DAY_MS, { runtimeStatus: "Running" });
    world.add(toId(2), 31 * DAY_MS);
    world.add("0b1f", 31 * DAY_MS, { name: "echoReceipts", runtimeStatus: "Suspended" });
    world.add("some-other", 31 * DAY_MS, { name: "someOther" });
    const cannotRead: DurableHistories = {
      ...world.durable,
      read: () => Promise.reject(new Error("storage is away")),
    };

    const report = await world.run({}, cannotRead);
    // Once in the sweep, once more as one that waits.
    expect(report).toMatchObject({
      removed: 0,
      failures: [`${toId(2)}: storage is away`, `${toId(2)}: storage is away`],
    });
    expect(world.instances.size).toBe(4);

    world.add("0b1f", 31 * DAY_MS, { name: "echoReceipts" });
    expect(await world.run()).toMatchObject({ archived: 1, removed: 2, failures: [] });
    expect([...world.instances.keys()].toSorted()).toEqual([toId(1), "some-other"].toSorted());
  });

  it("removes no history of which the evidence is gone, and says so", async () => {
    const world = await createWorld();
    world.add(toId(1), 31 * DAY_MS);
    await world.archive.ensure(toId(1), world.durable);
    await world.loseBlobs();

    const { failures, removed } = await world.run();
    expect(removed).toBe(0);
    expect(failures).toEqual(expect.arrayContaining([expect.stringContaining("is gone")]));
    expect(world.instances.has(toId(1))).toBe(true);
  });

  it("keeps the history of an id that ran again after its evidence was written, and says so", async () => {
    const world = await createWorld();
    world.add(toId(1), 32 * DAY_MS);
    await world.archive.ensure(toId(1), world.durable);
    world.add(toId(1), 31 * DAY_MS);

    const { failures, removed } = await world.run();
    expect(removed).toBe(0);
    expect(failures).toEqual([expect.stringContaining("ran again")]);
    expect(world.instances.has(toId(1))).toBe(true);
  });

  it("stops when its time is up, and goes on where it was in the next run", async () => {
    const world = await createWorld();
    for (let number = 0; number < 8; number++) world.add(toId(number), (3 + number) * HOUR_MS);
    let purged = 0;
    const slow: DurableHistories = {
      ...world.durable,
      async read(id) {
        purged += 1;
        world.pass(100_000);
        return world.durable.read(id);
      },
    };
    expect((await world.run({}, slow)).finished).toBe(false);
    expect(purged).toBeLessThan(8);

    while (!(await world.run({}, slow)).finished);
    for (let number = 0; number < 8; number++) expect(await world.isArchived(toId(number))).toBe(true);
    expect(purged).toBe(8);
  });

  it("asks Durable for a slice of time at a time, and for few of them when there is little", async () => {
    const world = await createWorld();
    await world.run();
    // 48 hours of the past, and 300 days since there were histories at all.
    expect(world.calls.length).toBeLessThan(20);
    world.calls.splice(0);
    world.pass(HOUR_MS);
    await world.run();
    expect(world.calls).toEqual(["list", "list"]);
  });

  it("forgets what waits but is gone", async () => {
    const world = await createWorld();
    world.add(toId(1), 2 * HOUR_MS, { runtimeStatus: "Running" });
    await world.run();
    world.instances.clear();
    await world.run();
    expect(await world.run()).toMatchObject({ waiting: 0, failures: [] });
  });

  it("ends up with the same when two run at once", async () => {
    const world = await createWorld();
    for (let number = 0; number < 6; number++) world.add(toId(number), 31 * DAY_MS);
    await Promise.all([world.run(), world.run()]);
    expect(world.instances.size).toBe(0);
    expect(await world.archive.list("801000000000001AAA")).toHaveLength(6);
  });
});
