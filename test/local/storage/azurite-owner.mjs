// Starts Azurite on the folder given, writes rows, says so, and then waits to be killed.
import { TableClient } from "@azure/data-tables";
import { runnerImport } from "vite";

const [source, dataDir, rows] = process.argv.slice(2);
const { startAzurite } = (await runnerImport(source)).module;
const azurite = await startAzurite({ dataDir, log: () => undefined });
const table = TableClient.fromConnectionString(azurite.connectionString, "Rows", {
  allowInsecureConnection: true,
});
await table.createTable();
for (let row = 0; row < Number(rows); row++)
  await table.createEntity({ partitionKey: "p", rowKey: `${row}`, row });
console.log("written");
