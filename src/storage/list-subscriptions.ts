/**
 * Subscriptions as an administrator reads them: all of them page by page, and those that an import would replace.
 * It reads the table Subscriptions (scope / target), which is the one that counts.
 */
import { inTurns } from "../domain/in-turns.ts";
import { odata } from "@azure/data-tables";
import { z } from "zod";
import { groupBy } from "../domain/group-by.ts";
import { type Subscription, subscriptionRulesSchema } from "../domain/subscription.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { fromScopeKey, toScopeKey } from "./scope-key.ts";
import { fromTargetRowKey, toTargetRowKey } from "./target-key.ts";
import { jsonText, openTable, readRange, readRow, type Table } from "./table.ts";

/** A place in the list: the keys of the last subscription that was read. */
export type SubscriptionCursor = { partitionKey: string; rowKey: string };

export interface SubscriptionList {
  /** Up to `limit` subscriptions after `after`, by scope and target; `next` is null at the end. */
  readPage(
    after: SubscriptionCursor | null,
    limit: number,
  ): Promise<{ items: Subscription[]; next: SubscriptionCursor | null }>;
  /** What is stored of the same scopes and targets. */
  findStored(subscriptions: readonly Subscription[]): Promise<Subscription[]>;
}

const rowSchema = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  rules: jsonText.pipe(subscriptionRulesSchema),
});

/** Opens the table of this account. */
export function openSubscriptionList(storage: StorageConnection): SubscriptionList {
  const table = openTable(storage, "Subscriptions");
  return {
    async readPage(after, limit) {
      const rows = after === null ? [] : await readRestOfScope(table, after, limit);
      const partitionKey = after?.partitionKey ?? "";
      if (rows.length < limit)
        rows.push(...(await readScopesAfter(table, partitionKey, limit - rows.length)));
      const items = rows.map(parseRow);
      const last = rows.length < limit ? undefined : cursorSchema.parse(rows.at(-1));
      return { items, next: last ?? null };
    },
    async findStored(subscriptions) {
      const byScope = groupBy(subscriptions, ({ scope }) => scope);
      return (await inTurns([...byScope.values()], CONCURRENCY, (group) => findInScope(table, group))).flat();
    },
  };
}

const CONCURRENCY = 32;
const cursorSchema = z.object({ partitionKey: z.string(), rowKey: z.string() });

/** One row is read by its keys, several as the range from the first to the last. */
async function findInScope(table: Table, wanted: readonly Subscription[]): Promise<Subscription[]> {
  const rowKeys = wanted.map(({ target }) => toTargetRowKey(target)).toSorted();
  const [first] = wanted;
  const [from] = rowKeys;
  if (first === undefined || from === undefined) return [];
  const partitionKey = toScopeKey(first.scope);
  if (rowKeys.length === 1) {
    const row = await readRow(table, partitionKey, from);
    return row === undefined ? [] : [parseRow(row)];
  }
  // No key holds a space, and it sorts before every other character: the last row is inside.
  const rows = await readRange(table, { partitionKey, from, to: `${rowKeys.at(-1)} ` });
  const asked = new Set(rowKeys);
  return rows.filter((row) => asked.has(cursorSchema.parse(row).rowKey)).map(parseRow);
}

function readRestOfScope(table: Table, after: SubscriptionCursor, limit: number): Promise<unknown[]> {
  const { partitionKey, rowKey: from } = after;
  return readRange(table, { partitionKey, from, to: "\uffff", exclusive: true, limit });
}

/** A range over whole partitions; only an export asks for one. */
function readScopesAfter(table: Table, partitionKey: string, limit: number): Promise<unknown[]> {
  const queryOptions = { filter: odata`PartitionKey gt ${partitionKey}` };
  return table.run(async (client) => {
    const rows: unknown[] = [];
    for await (const page of client.listEntities({ queryOptions }).byPage({ maxPageSize: limit })) {
      rows.push(...page);
      if (rows.length >= limit) break;
    }
    return rows.slice(0, limit);
  });
}

function parseRow(row: unknown): Subscription {
  const { partitionKey, rowKey, rules } = rowSchema.parse(row);
  return { scope: fromScopeKey(partitionKey), target: fromTargetRowKey(rowKey), rules };
}
