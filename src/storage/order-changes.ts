/** The changes of one order in the table Orders, as an audit lists them. */
import { z } from "zod";
import { type Claim, claimSchema } from "../domain/claim.ts";
import { instantSchema, type Route, routeSchema } from "../domain/order-change.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { jsonText, openTable, readStart, toPrefixEnd } from "./table.ts";

/** One change: what the ledger keeps of it for ever. */
export interface RecordedChange {
  instanceId: string;
  systemModstamp: string;
  route: Route;
  recordedAt: string;
  state: "starting" | "started";
  claim: Claim | undefined;
}

/** Some changes, oldest first; `next` is the cursor of the following page, null when there is none. */
export type ChangePage = { changes: RecordedChange[]; next: string | null };

export interface OrderChanges {
  /** At most `limit` changes of an order after the one that the cursor `after` names. */
  list(orderId: string, o: { after: string | undefined; limit: number }): Promise<ChangePage>;
}

const PREFIX = "change|";

const rowSchema = z
  .object({
    rowKey: z.string().startsWith(PREFIX),
    instanceId: z.string(),
    state: z.enum(["starting", "started"]),
    route: routeSchema,
    recordedAt: instantSchema,
    claim: jsonText.pipe(claimSchema).optional(),
  })
  .transform(({ rowKey, ...row }) => {
    const [, stamp = "", hash = ""] = rowKey.split("|");
    return { ...row, systemModstamp: stamp, cursor: `${stamp}_${hash}` };
  });

/** Opens the table of this account. */
export function openOrderChanges(storage: StorageConnection): OrderChanges {
  const table = openTable(storage, "Orders");
  return {
    async list(orderId, { after, limit }) {
      const start = await readStart(table, {
        partitionKey: orderId,
        from: PREFIX + (after ?? "").replace("_", "|"),
        to: toPrefixEnd(PREFIX),
        exclusive: after !== undefined,
        limit,
      });
      const rows = start.rows.map((row) => rowSchema.parse(row));
      return {
        changes: rows.map(({ cursor: _cursor, claim, ...row }) => ({ ...row, claim })),
        next: start.hasMore ? (rows.at(-1)?.cursor ?? null) : null,
      };
    },
  };
}
