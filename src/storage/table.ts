/** What every table file shares: opening a table, keys, and the answers of the service that are no errors. */
import { odata, RestError, TableClient, type TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { createAppCredential } from "./app-credential.ts";
import { countOperations } from "./count-operations.ts";

/** A table that is created when the service says it is not there; no start-up round trips. */
export interface Table {
  /** Runs `operation`; on TableNotFound creates the table and runs it once more. */
  run<Result>(operation: (client: TableClient) => Promise<Result>): Promise<Result>;
}

/** Opens a table of this account. */
export function openTable(storage: StorageConnection, name: string): Table {
  const client = createClient(storage, name);
  countOperations(client, name);
  return {
    async run(operation) {
      try {
        return await operation(client);
      } catch (error) {
        if (toErrorCode(error) !== "TableNotFound") throw error;
        await client.createTable();
        return operation(client);
      }
    },
  };
}

function createClient(storage: StorageConnection, name: string): TableClient {
  // Plain HTTP is taken only where the connection string itself names it.
  if (typeof storage === "string") {
    return TableClient.fromConnectionString(storage, name, { allowInsecureConnection: true });
  }
  return new TableClient(storage.tableEndpoint, name, createAppCredential(storage.clientId));
}

/** Reads one row, or undefined when it is not there; what it holds is for the caller to parse. */
export async function readRow(table: Table, partitionKey: string, rowKey: string): Promise<unknown> {
  try {
    return await table.run((client) => client.getEntity(partitionKey, rowKey));
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** Which rows of one partition: RowKey in [from, to), or in (from, to) when `exclusive`; all unless limited. */
export type RowRange = {
  partitionKey: string;
  from: string;
  to: string;
  exclusive?: boolean;
  limit?: number;
};

/** Reads a range in RowKey order; what the rows hold is for the caller to parse. */
export async function readRange(table: Table, range: RowRange): Promise<unknown[]> {
  return (await readStart(table, range)).rows;
}

/** The same, and whether the service knows of more beyond the limit. */
export async function readStart(
  table: Table,
  range: RowRange,
): Promise<{ rows: unknown[]; hasMore: boolean }> {
  const { partitionKey, from, to, exclusive = false, limit = Number.POSITIVE_INFINITY } = range;
  const lower = exclusive ? odata`RowKey gt ${from}` : odata`RowKey ge ${from}`;
  const filter = `${odata`PartitionKey eq ${partitionKey}`} and ${lower} and ${odata`RowKey lt ${to}`}`;
  return table.run(async (client) => {
    const rows: unknown[] = [];
    let hasMore = false;
    const maxPageSize = Math.min(limit, MAX_QUERY_ROWS);
    for await (const page of client.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize })) {
      rows.push(...page);
      hasMore = page.continuationToken !== undefined || rows.length > limit;
      if (rows.length >= limit) break;
    }
    return { rows: rows.slice(0, limit), hasMore };
  });
}

/** The service returns at most this many rows a page. */
const MAX_QUERY_ROWS = 1_000;

/** Writes rows of one partition in as few entity-group transactions as the limit of 100 rows allows. */
export async function submitRows(table: Table, actions: readonly TransactionAction[]): Promise<void> {
  for (let start = 0; start < actions.length; start += MAX_TRANSACTION_ROWS) {
    const part = actions.slice(start, start + MAX_TRANSACTION_ROWS);
    await table.run((client) => client.submitTransaction(part));
  }
}

const MAX_TRANSACTION_ROWS = 100;

/** True when the service answered with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof RestError && error.statusCode === status;
}

/** Someone else wrote first: the row exists already (409) or its ETag moved on (412). */
export function isConflict(error: unknown): boolean {
  return isStatus(error, 409) || isStatus(error, 412);
}

/** Ids of people and groups inside keys: base64url, because `/ \ # ?` are illegal there and normal in ids. */
export function toKey(id: string): string {
  return Buffer.from(id, "utf8").toString("base64url");
}

/** Reverses `toKey`. */
export function fromKey(key: string): string {
  return Buffer.from(key, "base64url").toString("utf8");
}

/** The first key after every key that starts with `prefix`. */
export function toPrefixEnd(prefix: string): string {
  return `${prefix}\uffff`;
}

/** A column that holds JSON, parsed but not yet checked. */
export const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("is not JSON");
    return z.NEVER;
  }
});

/** The service's own code, e.g. `TableNotFound`; the client reads it into `details` as parsed JSON. */
function toErrorCode(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined;
  if (error.code !== undefined) return error.code;
  const found = /"code":"(\w+)"|<code>(\w+)<\/code>/.exec(JSON.stringify(error.details ?? ""));
  return found?.[1] ?? found?.[2];
}

/** Which partitions: those with keys in [from, to); and the only columns to bring, by the service's names. */
export type PartitionRange = { from: string; to: string; columns: string[] };

/** Reads whole partitions in key order, one page at a time; what the rows hold is for the caller to parse. */
export async function* readPartitions(table: Table, range: PartitionRange): AsyncGenerator<unknown[]> {
  const filter = `${odata`PartitionKey ge ${range.from}`} and ${odata`PartitionKey lt ${range.to}`}`;
  const queryOptions = { filter, select: range.columns };
  let continuationToken: string | undefined;
  do {
    const o = { maxPageSize: MAX_QUERY_ROWS, ...(continuationToken ? { continuationToken } : {}) };
    const page = await table.run(async (client) => {
      for await (const first of client.listEntities({ queryOptions }).byPage(o)) return first;
      return undefined;
    });
    if (page) yield page;
    continuationToken = page?.continuationToken;
  } while (continuationToken);
}
