/**
 * Orders: per order the last known version (`order`) and one row per change (`change|<stamp>|<hash>`), all in one
 * partition, so that a claim is one transaction. Change rows outlive the Durable history: they are what keeps a
 * finished instance id from being started again.
 */
import type { TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import { type Claim, claimSchema } from "../domain/claim.ts";
import { fieldValuesSchema, instantSchema, type OrderChange, type Route } from "../domain/order-change.ts";
import type { KnownOrder } from "../domain/transition.ts";
import { isConflict, openTable, readRow, submitRows } from "./table.ts";

/** Who may call startNew for a change, and until when (UTC). */
export type Lease = { owner: string; until: string };

const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("is not JSON");
    return z.NEVER;
  }
});

const changeRowSchema = z.object({
  etag: z.string(),
  instanceId: z.string(),
  state: z.enum(["starting", "started"]),
  leaseOwner: z.string().optional(),
  leaseUntil: instantSchema,
  outboundMessageAt: instantSchema.optional(),
  pollAt: instantSchema.optional(),
  claim: jsonText.pipe(claimSchema).optional(),
});

const orderRowSchema = z.object({
  etag: z.string(),
  systemModstamp: instantSchema,
  coreFields: jsonText.pipe(fieldValuesSchema),
});

export type ChangeRow = z.infer<typeof changeRowSchema>;
export type OrderRow = z.infer<typeof orderRowSchema>;

/** What a claim writes: the rows it read (undefined: not there) and what they become. */
export interface ClaimCommit {
  change: OrderChange;
  instanceId: string;
  claim: Claim;
  changeRow: ChangeRow | undefined;
  orderRow: OrderRow | undefined;
  /** The new last known version; undefined leaves the order row alone (a stale change). */
  known: KnownOrder | undefined;
}

export interface OrdersTable {
  /** Writes the first row of a change as `starting`; false when it is there already. */
  insertChange(change: OrderChange, instanceId: string, lease: Lease, at: string): Promise<boolean>;
  readChange(change: OrderChange): Promise<ChangeRow | undefined>;
  readOrder(orderId: string): Promise<OrderRow | undefined>;
  /** Tries to take over an expired lease; who has it then is read from the row, as the answer itself may get lost. */
  takeLease(change: OrderChange, row: ChangeRow, lease: Lease): Promise<void>;
  /** Marks the change as started for ever and notes by which route it was seen; losing a race is no loss. */
  markStarted(change: OrderChange, row: ChangeRow, at: string): Promise<void>;
  /** Writes claim and last known version in one transaction; false when a row moved on meanwhile. */
  commitClaim(commit: ClaimCommit): Promise<boolean>;
}

const ORDER_ROW = "order";

/** The row of a change sorts by time within its order. */
export function toChangeRowKey({ systemModstamp, changeHash }: OrderChange): string {
  return `change|${systemModstamp}|${changeHash}`;
}

/** Opens the table behind `connectionString`. */
export function openOrdersTable(connectionString: string): OrdersTable {
  const table = openTable(connectionString, "Orders");
  const toKeys = (change: OrderChange) => ({ partitionKey: change.orderId, rowKey: toChangeRowKey(change) });
  const merge = async (change: OrderChange, etag: string, columns: object): Promise<boolean> =>
    succeedsUnlessConflict(() =>
      table.run((client) => client.updateEntity({ ...toKeys(change), ...columns }, "Merge", { etag })),
    );

  return {
    insertChange: (change, instanceId, lease, at) =>
      succeedsUnlessConflict(() =>
        table.run((client) =>
          client.createEntity({ ...toKeys(change), ...toChangeColumns(change, instanceId, lease, at) }),
        ),
      ),
    async readChange(change) {
      const row = await readRow(table, change.orderId, toChangeRowKey(change));
      return row === undefined ? undefined : changeRowSchema.parse(row);
    },
    async readOrder(orderId) {
      const row = await readRow(table, orderId, ORDER_ROW);
      return row === undefined ? undefined : orderRowSchema.parse(row);
    },
    async takeLease(change, row, lease) {
      await merge(change, row.etag, { leaseOwner: lease.owner, leaseUntil: lease.until });
    },
    async markStarted(change, row, at) {
      const seen = toRouteColumn(change.route);
      if (row.state === "started" && row[seen] !== undefined) return;
      await merge(change, row.etag, { state: "started", ...(row[seen] === undefined ? { [seen]: at } : {}) });
    },
    commitClaim: (commit) => succeedsUnlessConflict(() => submitRows(table, toClaimActions(commit, toKeys))),
  };
}

function toRouteColumn(route: Route): "outboundMessageAt" | "pollAt" {
  return route === "outboundMessage" ? "outboundMessageAt" : "pollAt";
}

function toChangeColumns(change: OrderChange, instanceId: string, lease: Lease, at: string) {
  return {
    instanceId,
    state: "starting",
    leaseOwner: lease.owner,
    leaseUntil: lease.until,
    [toRouteColumn(change.route)]: at,
    ...(change.outboundMessageNotificationId
      ? { outboundMessageNotificationId: change.outboundMessageNotificationId }
      : {}),
  };
}

function toClaimActions(
  { change, instanceId, claim, changeRow, orderRow, known }: ClaimCommit,
  toKeys: (change: OrderChange) => { partitionKey: string; rowKey: string },
): TransactionAction[] {
  const claimed = { ...toKeys(change), instanceId, state: "started", claim: JSON.stringify(claim) };
  const actions: TransactionAction[] = [
    changeRow
      ? ["update", claimed, "Merge", { etag: changeRow.etag }]
      : ["create", { ...claimed, leaseUntil: claim.decidedAt }],
  ];
  if (known) {
    const order = {
      partitionKey: change.orderId,
      rowKey: ORDER_ROW,
      systemModstamp: known.systemModstamp,
      coreFields: JSON.stringify(known.coreFields),
    };
    actions.push(orderRow ? ["update", order, "Replace", { etag: orderRow.etag }] : ["create", order]);
  }
  return actions;
}

async function succeedsUnlessConflict(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}
