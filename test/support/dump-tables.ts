/** Everything that stands in the tables of a storage account: for tests that say nothing was written. */
import { TableClient, TableServiceClient } from "@azure/data-tables";

/** Every row of every table, as text that is the same as long as nothing was written; rows by table and key. */
export async function dumpTables(storage: string): Promise<Record<string, string>> {
  const insecure = { allowInsecureConnection: true };
  const rows: Record<string, string> = {};
  for await (const { name = "" } of TableServiceClient.fromConnectionString(storage, insecure).listTables()) {
    const table = TableClient.fromConnectionString(storage, name, insecure);
    for await (const { partitionKey = "", rowKey = "", etag } of table.listEntities()) {
      rows[`${name} ${partitionKey} ${rowKey}`] = etag;
    }
  }
  return rows;
}
