import { createNoopMeter, metrics } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { toTableOperation } from "../../../src/storage/count-operations.ts";
import { openTable, readRange, readRow, submitRows } from "../../../src/storage/table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const seen: string[] = [];
const noop = createNoopMeter();
metrics.setGlobalMeterProvider({
  getMeter: () =>
    Object.assign(Object.create(noop) as typeof noop, {
      createCounter: (name: string) => ({
        add: (value: number, attributes: { table: string; operation: string }) =>
          void seen.push(`${name} ${attributes.table} ${attributes.operation} ${value}`),
      }),
    }),
});

describe("requests to a table", () => {
  it("count once each, where they leave: the table's own creation, a transaction, a row, a query", async () => {
    const table = openTable(claimStorage(), "Counted");
    const row = (rowKey: string) => ({ partitionKey: "p", rowKey });
    await submitRows(table, [
      ["upsert", row("a"), "Merge"],
      ["upsert", row("b"), "Merge"],
    ]);
    await table.run((client) => client.createEntity(row("c")));
    await readRow(table, "p", "a");
    await readRow(table, "p", "nobody");
    await readRange(table, { partitionKey: "p", from: "a", to: "z" });
    await table.run((client) => client.updateEntity(row("a"), "Merge"));
    await table.run((client) => client.deleteEntity("p", "a"));
    expect(seen.map((one) => one.replace("orderbell.storage.operations Counted ", ""))).toEqual([
      // The first finds no table.
      "transaction 1",
      "createTable 1",
      "transaction 1",
      "insert 1",
      "get 1",
      "get 1",
      "query 1",
      "write 1",
      "delete 1",
    ]);
  });

  it.each([
    ["GET", "/account/Inbox(PartitionKey='a',RowKey='b')", "get"],
    ["GET", "/account/Inbox%28PartitionKey%3D'a'%2CRowKey%3D'b'%29", "get"],
    ["GET", "/Inbox()", "query"],
    ["GET", "/Inbox", "query"],
    ["POST", "/account/$batch", "transaction"],
    ["POST", "/account/Tables", "createTable"],
    ["POST", "/account/Inbox", "insert"],
    ["PUT", "/account/Inbox(PartitionKey='a',RowKey='b')", "write"],
    ["PATCH", "/account/Inbox(PartitionKey='a',RowKey='b')", "write"],
    ["DELETE", "/account/Inbox(PartitionKey='a',RowKey='b')", "delete"],
  ])("%s %s is a %s", (method, path, operation) => {
    expect(toTableOperation(method, path)).toBe(operation);
  });
});
