/** Grants (user / scope): which scopes a person may subscribe to. */
import { z } from "zod";
import { type Scope, scopeSchema } from "../domain/subscription.ts";
import { isStatus, openTable, readRange, readRow, toKey, toPrefixEnd } from "./table.ts";

export interface GrantsTable {
  put(userId: string, scope: Scope): Promise<void>;
  remove(userId: string, scope: Scope): Promise<void>;
  has(userId: string, scope: Scope): Promise<boolean>;
  list(userId: string): Promise<Scope[]>;
}

const rowSchema = z.object({ rowKey: scopeSchema });

/** Opens the table behind `connectionString`. */
export function openGrantsTable(connectionString: string): GrantsTable {
  const table = openTable(connectionString, "Grants");
  return {
    async put(userId, scope) {
      await table.run((client) =>
        client.upsertEntity({ partitionKey: toKey(userId), rowKey: scope }, "Merge"),
      );
    },
    async remove(userId, scope) {
      try {
        await table.run((client) => client.deleteEntity(toKey(userId), scope));
      } catch (error) {
        if (!isStatus(error, 404)) throw error;
      }
    },
    has: async (userId, scope) => (await readRow(table, toKey(userId), scope)) !== undefined,
    async list(userId) {
      const rows = await readRange(table, { partitionKey: toKey(userId), from: "", to: toPrefixEnd("") });
      return rows.map((row) => rowSchema.parse(row).rowKey);
    },
  };
}
