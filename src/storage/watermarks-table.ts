/** Watermarks: how far each reader of Salesforce has come, one row each, written only by who read it last. */
import { z } from "zod";
import { ConflictError } from "../domain/errors.ts";
import { instantSchema } from "../domain/order-change.ts";
import { type PollingState, pollingStateSchema } from "../domain/polling.ts";
import { type ReconciliationState, reconciliationStateSchema } from "../domain/reconciliation.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { isConflict, jsonText, openTable, readRow, type Table } from "./table.ts";

/** A state as it was read or written; the ETag says whether somebody else has written since. */
export type Stored<State> = { state: State; etag: string };

export interface Watermark<State> {
  /** Undefined before the first write. */
  read(): Promise<Stored<State> | undefined>;
  /** Throws ConflictError when the row moved on since `before` was read. */
  write(state: State, before: Stored<State> | undefined): Promise<Stored<State>>;
}

/** When the last outbound message came; exact to the minute. */
export interface OutboundMessageMark {
  /** Undefined before the first. */
  read(): Promise<string | undefined>;
  /** Writes at most once a minute, so that a storm of messages does not become one on this row. */
  note(at: string): Promise<void>;
}

export interface WatermarksTable {
  outboundMessages: OutboundMessageMark;
  polling: Watermark<PollingState>;
  reconciliation: Watermark<ReconciliationState>;
}

/** Opens the table of this account. */
export function openWatermarksTable(storage: StorageConnection): WatermarksTable {
  const table = openTable(storage, "Watermarks");
  const open = <State>(rowKey: string, schema: z.ZodType<State>): Watermark<State> => {
    const rowSchema = z.object({ etag: z.string(), state: jsonText.pipe(schema) });
    const keys = { partitionKey: "salesforce", rowKey };
    return {
      async read() {
        const row = await readRow(table, keys.partitionKey, rowKey);
        return row === undefined ? undefined : rowSchema.parse(row);
      },
      async write(state, before) {
        const entity = { ...keys, state: JSON.stringify(state) };
        try {
          const { etag = "" } = await table.run((client) =>
            before === undefined
              ? client.createEntity(entity)
              : client.updateEntity(entity, "Replace", { etag: before.etag }),
          );
          return { state, etag };
        } catch (error) {
          if (isConflict(error))
            throw new ConflictError(`Another run wrote the watermark ${rowKey} meanwhile.`);
          throw error;
        }
      },
    };
  };
  return {
    outboundMessages: openOutboundMessageMark(table),
    polling: open("Order", pollingStateSchema),
    reconciliation: open("OrderReconciliation", reconciliationStateSchema),
  };
}

const MARK_EVERY_MS = 60_000;
const markSchema = z.object({ at: instantSchema });

function openOutboundMessageMark(table: Table): OutboundMessageMark {
  const keys = { partitionKey: "salesforce", rowKey: "OutboundMessages" };
  let noted = 0;
  return {
    async read() {
      const row = await readRow(table, keys.partitionKey, keys.rowKey);
      return row === undefined ? undefined : markSchema.parse(row).at;
    },
    async note(at) {
      if (Date.parse(at) - noted < MARK_EVERY_MS) return;
      await table.run((client) => client.upsertEntity({ ...keys, at }, "Replace"));
      noted = Date.parse(at);
    },
  };
}
