/** Grants (user / scope): which scopes a person may subscribe to. */
import { z } from "zod";
import type { Grant, Scope } from "../domain/subscription.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { fromScopeKey, toScopeKey } from "./scope-key.ts";
import { isStatus, openTable, readRange, readRow, toKey, toPrefixEnd } from "./table.ts";

export interface GrantsTable {
  put(userId: string, grant: Grant): Promise<void>;
  remove(userId: string, scope: Scope): Promise<void>;
  has(userId: string, scope: Scope): Promise<boolean>;
  list(userId: string): Promise<Grant[]>;
}

const rowSchema = z
  .object({ rowKey: z.string(), label: z.string().optional() })
  .transform(({ rowKey, label }): Grant => ({ scope: fromScopeKey(rowKey), label: label ?? null }));

/** Opens the table of this account. */
export function openGrantsTable(storage: StorageConnection): GrantsTable {
  const table = openTable(storage, "Grants");
  return {
    async put(userId, { scope, label }) {
      const keys = { partitionKey: toKey(userId), rowKey: toScopeKey(scope) };
      const row = { ...keys, ...(label === null ? {} : { label }) };
      await table.run((client) => client.upsertEntity(row, "Replace"));
    },
    async remove(userId, scope) {
      try {
        await table.run((client) => client.deleteEntity(toKey(userId), toScopeKey(scope)));
      } catch (error) {
        if (!isStatus(error, 404)) throw error;
      }
    },
    has: async (userId, scope) => (await readRow(table, toKey(userId), toScopeKey(scope))) !== undefined,
    async list(userId) {
      const rows = await readRange(table, { partitionKey: toKey(userId), from: "", to: toPrefixEnd("") });
      return rows.map((row) => rowSchema.parse(row));
    },
  };
}
