// @ts-check
/**
 * Lets many people follow an account. The app writes the row of the first; the others are copies of it under their own
 * key, in transactions and past the app: ten thousand people through its door take minutes and measure nothing here.
 */
import { TableClient } from "@azure/data-tables";
import { follow } from "./app-client.js";
import { toUserId } from "./user-id.js";

const ROWS_PER_TRANSACTION = 100;

/** @param {{ url: string, storage: string }} app @param {string} accountId @param {number} count */
export async function seedFollowers({ url, storage }, accountId, count) {
  const target = { kind: "user", userId: toUserId(0) };
  await follow(url, [{ scope: `account:${accountId}`, target }]);
  const table = TableClient.fromConnectionString(storage, "Subscriptions", { allowInsecureConnection: true });
  const { etag: _etag, timestamp: _timestamp, ...first } = await readFirst(table, accountId);
  // In order, because Azurite takes them twice as fast that way.
  const rowKeys = Array.from({ length: count - 1 }, (_, index) => toRowKey(index + 1)).sort();
  for (let start = 0; start < rowKeys.length; start += ROWS_PER_TRANSACTION) {
    const some = rowKeys.slice(start, start + ROWS_PER_TRANSACTION);
    await table.submitTransaction(some.map((rowKey) => ["upsert", { ...first, rowKey }, "Replace"]));
  }
}

/** @param {TableClient} table @param {string} accountId */
async function readFirst(table, accountId) {
  const filter = `RowKey eq '${toRowKey(0)}'`;
  for await (const row of table.listEntities({ queryOptions: { filter } })) {
    const { partitionKey, rowKey } = row;
    if (partitionKey?.includes(accountId) && rowKey !== undefined) return { ...row, partitionKey, rowKey };
  }
  throw new Error("The subscription of the first person is not where it was looked for.");
}

/** @param {number} index */
function toRowKey(index) {
  return `user:${Buffer.from(toUserId(index)).toString("base64url")}`;
}
