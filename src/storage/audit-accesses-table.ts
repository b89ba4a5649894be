/**
 * AuditAccesses (UTC day / `<instant>_<random>`): who looked at what an audit shows. Rows are only ever added; nothing
 * here removes one.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type AuditAccess, auditAccessSchema } from "../domain/audit-access.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { openTable, readStart, toPrefixEnd } from "./table.ts";

/** Some accesses, oldest first; `next` is the cursor of the following page, null when there is none. */
export type AuditAccessPage = { items: AuditAccess[]; next: string | null };

export interface AuditAccessesTable {
  /** Keeps one access. */
  add(access: AuditAccess): Promise<void>;
  /** At most `limit` accesses of a day (`2026-11-22`) after the cursor. */
  list(day: string, o: { after: string | undefined; limit: number }): Promise<AuditAccessPage>;
}

const rowSchema = auditAccessSchema.extend({ rowKey: z.string() });

/** Opens the table of this account. */
export function openAuditAccessesTable(storage: StorageConnection): AuditAccessesTable {
  const table = openTable(storage, "AuditAccesses");
  return {
    async add(access) {
      const row = {
        partitionKey: access.at.slice(0, 10),
        rowKey: `${access.at}_${randomUUID()}`,
        ...access,
      };
      await table.run((client) => client.createEntity(row));
    },
    async list(partitionKey, { after, limit }) {
      const { rows, hasMore } = await readStart(table, {
        partitionKey,
        from: after ?? "",
        to: toPrefixEnd(""),
        exclusive: after !== undefined,
        limit,
      });
      const read = rows.map((row) => rowSchema.parse(row));
      return {
        items: read.map(({ rowKey: _rowKey, ...access }) => access),
        next: hasMore ? (read.at(-1)?.rowKey ?? null) : null,
      };
    },
  };
}
