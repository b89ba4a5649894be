import { TableClient } from "@azure/data-tables";
import { afterEach, describe, expect, it } from "vitest";
import {
  type FaultyStorage,
  startFaultyStorage,
  type StorageFaults,
} from "../../../local/storage/start-faulty-storage.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const storage = claimStorage();
let proxy: FaultyStorage | undefined;
afterEach(() => proxy?.close());

/** A table behind the proxy; `choices` are what its dice show, in order. */
async function openTable(faults: StorageFaults, ...choices: number[]): Promise<TableClient> {
  const targetPort = Number(/TableEndpoint=http:\/\/[^:]+:(\d+)/.exec(storage)?.[1]);
  const random = () => choices.shift() ?? 1;
  proxy = await startFaultyStorage({ targetPort, faults, random });
  const connection = storage.replace(`:${targetPort}/`, `:${proxy.port}/`);
  return TableClient.fromConnectionString(connection, "Faulty", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
}

describe("faulty storage", () => {
  it("passes everything on while no fault is due", async () => {
    const table = await openTable({ errors: 0.5 });
    await table.createTable();
    await table.upsertEntity({ partitionKey: "p", rowKey: "passed", text: "ü" });
    expect(await table.getEntity("p", "passed")).toMatchObject({ text: "ü" });
  });

  it("refuses a write that then never happened", async () => {
    const table = await openTable({ errors: 0.5 }, 0, 1);
    await expect(table.createEntity({ partitionKey: "p", rowKey: "refused" })).rejects.toMatchObject({
      statusCode: 503,
    });
    await expect(table.getEntity("p", "refused")).rejects.toMatchObject({ statusCode: 404 });
  });

  it("loses the answer of a write that did happen", async () => {
    const table = await openTable({ errors: 0.5 }, 0, 0);
    await expect(table.createEntity({ partitionKey: "p", rowKey: "lost" })).rejects.toMatchObject({
      statusCode: 503,
    });
    expect(await table.getEntity("p", "lost")).toMatchObject({ rowKey: "lost" });
  });

  it("makes every call wait", async () => {
    const table = await openTable({ delayMs: 120 });
    const began = performance.now();
    await table.upsertEntity({ partitionKey: "p", rowKey: "slow" });
    expect(performance.now() - began).toBeGreaterThanOrEqual(119);
  });
});
