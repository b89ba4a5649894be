import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Azurite, startAzurite } from "../../../local/storage/start-azurite.ts";

const SOURCE = fileURLToPath(new URL("../../../local/storage/start-azurite.ts", import.meta.url));
const OWNER = fileURLToPath(new URL("./azurite-owner.mjs", import.meta.url));

describe("startAzurite", () => {
  let dataDir: string;
  let running: Azurite[];
  let messages: string[];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "azurite-"));
    running = [];
    messages = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((azurite) => azurite.close()));
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(options: { dataDir?: string; accounts?: string[] } = { dataDir }): Promise<Azurite> {
    const azurite = await startAzurite({
      ...options,
      log: (level, message) => messages.push(`${level}: ${message}`),
    });
    running.push(azurite);
    return azurite;
  }

  it("keeps rows through close() and a new start", async () => {
    const first = await start();
    await writeRows(first.connectionString, 3);
    await first.close();

    expect(await readRows((await start()).connectionString)).toEqual([0, 1, 2]);
  });

  it("keeps rows that were acknowledged just before its owner's whole process group was killed", async () => {
    const owner = spawn(process.execPath, [OWNER, SOURCE, dataDir, "25"], {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    expect(await Promise.race([once(owner.stdout, "data"), once(owner, "exit")])).toEqual([
      Buffer.from("written\n"),
    ]);
    process.kill(-(owner.pid ?? 0), "SIGKILL");

    expect(await readRows((await start()).connectionString)).toHaveLength(25);
  });

  it("loses no more than the last save interval when it is killed itself", async () => {
    const azurite = await start();
    await writeRows(azurite.connectionString, 5);
    await expect.poll(() => readFile(databaseFile(), "utf8"), { timeout: 5_000 }).toContain('"RowKey":"4"');
    process.kill(await holder(), "SIGKILL");
    await expect
      .poll(() => messages)
      .toContain("error: Azurite stopped by itself (SIGKILL); without tables the app cannot go on.");

    expect(await readRows((await start()).connectionString)).toHaveLength(5);
  });

  it("keeps blobs through close() and a new start, and takes new ones beside them", async () => {
    const first = await start();
    await writeBlob(first.connectionString, "one", "first");
    await first.close();

    const second = await start();
    await writeBlob(second.connectionString, "two", "second");
    expect(await readBlob(second.connectionString, "one")).toBe("first");
    expect(await readBlob(second.connectionString, "two")).toBe("second");
  });

  it("loses no blob older than the last save interval when it is killed itself", async () => {
    const azurite = await start();
    await writeBlob(azurite.connectionString, "kept", "k".repeat(100_000));
    const database = join(dataDir, "__azurite_db_blob__.json");
    await expect
      .poll(() => readFile(database, "utf8").catch(() => ""), { timeout: 5_000 })
      .toContain('"kept"');
    await writeRows(azurite.connectionString, 1);
    await expect.poll(() => readFile(databaseFile(), "utf8"), { timeout: 5_000 }).toContain('"RowKey":"0"');
    process.kill(await holder(), "SIGKILL");
    await expect.poll(() => messages.at(-1)).toContain("stopped by itself");

    expect(await readBlob((await start()).connectionString, "kept")).toBe("k".repeat(100_000));
  });

  it("refuses a folder that another live process serves, and names that process", async () => {
    const first = await start();
    const pid = await holder();

    await expect(start()).rejects.toThrow(`in use by another live process (${pid})`);
    await writeRows(first.connectionString, 1);
    expect(await readRows(first.connectionString)).toEqual([0]);
  });

  it("waits for a predecessor that is still saving", async () => {
    const lock = join(dataDir, "azurite.lock");
    await writeFile(lock, JSON.stringify({ pid: process.pid, id: "x", state: "closing" }));
    const heartbeat = setInterval(() => void utimes(lock, new Date(), new Date()), 250);
    const second = start();
    await expect.poll(() => messages, { timeout: 5_000 }).toContain(waitingFor(process.pid));
    await sleep(3_000); // longer than a folder in use is waited for
    clearInterval(heartbeat);
    expect(messages).toEqual([waitingFor(process.pid)]);
    await rm(lock);

    await writeRows((await second).connectionString, 1);
  });

  it("takes over a lock whose process id now belongs to another program", async () => {
    await writeFile(
      join(dataDir, "azurite.lock"),
      JSON.stringify({ pid: process.pid, id: "x", state: "serving" }),
    );

    await writeRows((await start()).connectionString, 1);
    expect(messages[0]).toBe(waitingFor(process.pid));
  });

  it("serves accounts that share nothing, from memory when no folder is given", async () => {
    const azurite = await start({ accounts: ["one", "two"] });
    await writeRows(azurite.connectionStringFor("one"), 2);
    await writeRows(azurite.connectionStringFor("two"), 1);

    expect(await readRows(azurite.connectionStringFor("one"))).toEqual([0, 1]);
    expect(await readRows(azurite.connectionStringFor("two"))).toEqual([0]);
    expect(() => azurite.connectionStringFor("three")).toThrow("without an account three");
  });

  it("says why it cannot start in a folder that is a file", async () => {
    await writeFile(join(dataDir, "taken"), "");
    await expect(start({ dataDir: join(dataDir, "taken") })).rejects.toThrow("taken");
  });

  const waitingFor = (pid: number): string =>
    `info: Waiting for process ${pid} to finish with the same data folder.`;
  const databaseFile = (): string => join(dataDir, "__azurite_db_table__.json");
  const holder = async (): Promise<number> =>
    Number(/"pid":(\d+)/.exec(await readFile(join(dataDir, "azurite.lock"), "utf8"))?.[1]);
});

async function writeRows(connectionString: string, count: number): Promise<void> {
  const table = TableClient.fromConnectionString(connectionString, "Rows", { allowInsecureConnection: true });
  await table.createTable();
  for (let row = 0; row < count; row++) {
    await table.createEntity({ partitionKey: "p", rowKey: `${row}`, row });
  }
}

async function readRows(connectionString: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  const table = TableClient.fromConnectionString(connectionString, "Rows", { allowInsecureConnection: true });
  for await (const entity of table.listEntities()) rows.push(entity["row"]);
  return rows;
}

function openBlob(connectionString: string, name: string) {
  return BlobServiceClient.fromConnectionString(connectionString)
    .getContainerClient("blobs")
    .getBlockBlobClient(name);
}

async function writeBlob(connectionString: string, name: string, text: string): Promise<void> {
  await BlobServiceClient.fromConnectionString(connectionString)
    .getContainerClient("blobs")
    .createIfNotExists();
  await openBlob(connectionString, name).uploadData(Buffer.from(text), { conditions: { ifNoneMatch: "*" } });
}

async function readBlob(connectionString: string, name: string): Promise<string> {
  return (await openBlob(connectionString, name).downloadToBuffer()).toString();
}
