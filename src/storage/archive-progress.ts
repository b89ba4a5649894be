/**
 * How far the archive has come through Durable's histories, in two partitions of the table Evidence that are no chains:
 * `~progress` has one instant per sweep, `~waiting` the orchestrations that must be looked at again because they were
 * still running, or could not be read.
 */
import { z } from "zod";
import { instantSchema } from "../domain/order-change.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { deleteRows } from "./delete-rows.ts";
import { fromKey, openTable, readRange, readRow, toKey, toPrefixEnd } from "./table.ts";

/** Archiving soon after the end, and removing after the retention period. */
export type Sweep = "archived" | "removed";

export interface ArchiveProgress {
  /** Everything that was created before this instant has been looked at; undefined before the first time. */
  read(sweep: Sweep): Promise<string | undefined>;
  write(sweep: Sweep, until: string): Promise<void>;
  addWaiting(instanceId: string): Promise<void>;
  removeWaiting(instanceId: string): Promise<void>;
  /** At most 1,000, those with ids after `after`. */
  listWaiting(after: string | undefined): Promise<string[]>;
}

const PROGRESS = "~progress";
const WAITING = "~waiting";
const WAITING_PAGE = 1_000;

const progressSchema = z.object({ until: instantSchema });
const waitingSchema = z.object({ rowKey: z.string().transform(fromKey) });

/** Opens the table of this account. */
export function openArchiveProgress(storage: StorageConnection): ArchiveProgress {
  const table = openTable(storage, "Evidence");
  return {
    async read(sweep) {
      const row = await readRow(table, PROGRESS, sweep);
      return row === undefined ? undefined : progressSchema.parse(row).until;
    },
    async write(sweep, until) {
      const entity = { partitionKey: PROGRESS, rowKey: sweep, until };
      await table.run((client) => client.upsertEntity(entity, "Replace"));
    },
    async addWaiting(instanceId) {
      const entity = { partitionKey: WAITING, rowKey: toKey(instanceId) };
      await table.run((client) => client.upsertEntity(entity, "Replace"));
    },
    async removeWaiting(instanceId) {
      await deleteRows(table, WAITING, [toKey(instanceId)]);
    },
    async listWaiting(after) {
      const range = {
        partitionKey: WAITING,
        from: after === undefined ? "" : toKey(after),
        to: toPrefixEnd(""),
      };
      const rows = await readRange(table, { ...range, exclusive: true, limit: WAITING_PAGE });
      return rows.map((row) => waitingSchema.parse(row).rowKey);
    },
  };
}
