/**
 * Sightings: which routes told of which version of an order. A partition is an hour of the versions' stamps (UTC,
 * `2026-11-22T10`), a row is one version, a column the last time that route told of it.
 */
import type { TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import type { SeenVersion } from "../domain/coverage.ts";
import { groupBy } from "../domain/group-by.ts";
import { instantSchema, type OrderChange, type Route, routeSchema } from "../domain/order-change.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { openTable, readPartitions, submitRows } from "./table.ts";

/** What names a version of an order. */
export type Sighting = Pick<OrderChange, "orderId" | "systemModstamp" | "changeHash">;

export interface SightingsTable {
  /**
   * Writes that `route` told of these versions, a transaction per hour and 100 rows. Doing it again is harmless.
   * For `reconciliation` name only the versions that no route had told of: it marks them as missed.
   */
  note(sightings: readonly Sighting[], route: Route, at: string): Promise<void>;
  /** The versions with stamps in [from, to), both whole hours, in order of hours; one page at a time. */
  read(from: string, to: string): AsyncIterable<SeenVersion[]>;
}

const rowSchema = z
  .object({
    partitionKey: z.string().transform((hour) => `${hour}:00:00.000Z`),
    outboundMessageAt: instantSchema.nullish(),
    pollAt: instantSchema.nullish(),
    reconciliationAt: instantSchema.nullish(),
  })
  .transform(({ partitionKey, ...times }): SeenVersion => {
    return { hour: partitionKey, routes: routeSchema.options.filter((route) => times[`${route}At`] != null) };
  })
  .refine(({ routes }) => routes.length > 0, { error: "a sighting by nobody" });

const COLUMNS = ["PartitionKey", ...routeSchema.options.map((route) => `${route}At`)];

/** Opens the table of this account. */
export function openSightingsTable(storage: StorageConnection): SightingsTable {
  const table = openTable(storage, "Sightings");
  return {
    async note(sightings, route, at) {
      for (const [partitionKey, members] of groupBy(sightings, toPartitionKey)) {
        // A transaction may not name a row twice.
        const rowKeys = new Set(members.map(({ orderId, changeHash }) => `${orderId}|${changeHash}`));
        const actions = [...rowKeys].map((rowKey): TransactionAction => {
          return ["upsert", { partitionKey, rowKey, [`${route}At`]: at }, "Merge"];
        });
        await submitRows(table, actions);
      }
    },
    async *read(from, to) {
      const range = { from: toHour(from), to: toHour(to), columns: COLUMNS };
      for await (const page of readPartitions(table, range)) yield page.map((row) => rowSchema.parse(row));
    },
  };
}

function toPartitionKey({ systemModstamp }: Sighting): string {
  return toHour(systemModstamp);
}

/** `2026-11-22T10:20:30.000Z` → `2026-11-22T10`. */
function toHour(instant: string): string {
  return instant.slice(0, 13);
}
