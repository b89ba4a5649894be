/** Removes rows of one partition, however often it is asked. */
import type { TransactionAction } from "@azure/data-tables";
import { isStatus, type Table } from "./table.ts";

/** The most rows of one entity-group transaction. */
const MAX_TRANSACTION_ROWS = 100;

/** Deletes rows in transactions of 100; a row that is gone already is no error. Answers how many it removed. */
export async function deleteRows(
  table: Table,
  partitionKey: string,
  rowKeys: readonly string[],
): Promise<number> {
  let removed = 0;
  for (let start = 0; start < rowKeys.length; start += MAX_TRANSACTION_ROWS) {
    removed += await deletePart(table, partitionKey, rowKeys.slice(start, start + MAX_TRANSACTION_ROWS));
  }
  return removed;
}

async function deletePart(table: Table, partitionKey: string, rowKeys: readonly string[]): Promise<number> {
  const actions = rowKeys.map((rowKey): TransactionAction => ["delete", { partitionKey, rowKey }]);
  try {
    await table.run((client) => client.submitTransaction(actions));
    return actions.length;
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
  // One row that is gone fails the whole transaction: somebody else deletes here too, so they go one by one.
  let removed = 0;
  for (const rowKey of rowKeys) removed += await deleteRow(table, partitionKey, rowKey);
  return removed;
}

async function deleteRow(table: Table, partitionKey: string, rowKey: string): Promise<number> {
  try {
    await table.run((client) => client.deleteEntity(partitionKey, rowKey));
    return 1;
  } catch (error) {
    if (isStatus(error, 404)) return 0;
    throw error;
  }
}
