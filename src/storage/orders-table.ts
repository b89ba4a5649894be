/**
 * Orders: per order the last known version (`order`) and one row per change (`change|<stamp>|<hash>`), all in one
 * partition, so that a claim is one transaction. Change rows outlive the Durable history: they are what keeps a
 * finished instance id from being started again.
 */
import type { TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import { type Claim, claimSchema } from "../domain/claim.ts";
import { fieldValuesSchema, instantSchema, type OrderChange, routeSchema } from "../domain/order-change.ts";
import type { KnownOrder } from "../domain/transition.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { isConflict, jsonText, openTable, readRow, submitRows } from "./table.ts";

/** Who may call startNew for a change, and until when (UTC). */
export type Lease = { owner: string; until: string };

const changeRowSchema = z.object({
  etag: z.string(),
  instanceId: z.string(),
  state: z.enum(["starting", "started"]),
  leaseOwner: z.string().optional(),
  leaseUntil: instantSchema,
  /** By which route the change was first heard of, and when. */
  route: routeSchema,
  recordedAt: instantSchema,
  claim: jsonText.pipe(claimSchema).optional(),
});

const orderRowSchema = z.object({
  etag: z.string(),
  systemModstamp: instantSchema,
  coreFields: jsonText.pipe(fieldValuesSchema),
  isBaseline: z.boolean(),
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
  /** Marks the change as started for ever; losing a race is no loss. */
  markStarted(change: OrderChange, row: ChangeRow): Promise<void>;
  /** Writes the last known version of an order of which nothing is known; false when something is. */
  insertBaseline(change: OrderChange): Promise<boolean>;
  /** Writes claim and last known version in one transaction; false when a row moved on meanwhile. */
  commitClaim(commit: ClaimCommit): Promise<boolean>;
}

const ORDER_ROW = "order";

/** The row of a change sorts by time within its order. */
export function toChangeRowKey({ systemModstamp, changeHash }: OrderChange): string {
  return `change|${systemModstamp}|${changeHash}`;
}

/** Opens the table of this account. */
export function openOrdersTable(storage: StorageConnection): OrdersTable {
  const table = openTable(storage, "Orders");
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
    async markStarted(change, row) {
      if (row.state !== "started") await merge(change, row.etag, { state: "started" });
    },
    insertBaseline: (change) =>
      succeedsUnlessConflict(() =>
        table.run((client) => client.createEntity(toOrderEntity(change, { ...change, isBaseline: true }))),
      ),
    commitClaim: (commit) => succeedsUnlessConflict(() => submitRows(table, toClaimActions(commit, toKeys))),
  };
}

function toChangeColumns(change: OrderChange, instanceId: string, lease: Lease, at: string) {
  return {
    instanceId,
    state: "starting",
    leaseOwner: lease.owner,
    leaseUntil: lease.until,
    route: change.route,
    recordedAt: at,
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
      : ["create", { ...toChangeColumns(change, instanceId, noLease(claim), claim.decidedAt), ...claimed }],
  ];
  if (known) {
    const order = toOrderEntity(change, known);
    actions.push(orderRow ? ["update", order, "Replace", { etag: orderRow.etag }] : ["create", order]);
  }
  return actions;
}

/** An orchestration that nobody recorded at the door runs already: its lease has ended before it began. */
function noLease({ decidedAt }: Claim): Lease {
  return { owner: "", until: decidedAt };
}

function toOrderEntity({ orderId }: OrderChange, { systemModstamp, coreFields, isBaseline }: KnownOrder) {
  return {
    partitionKey: orderId,
    rowKey: ORDER_ROW,
    systemModstamp,
    coreFields: JSON.stringify(coreFields),
    isBaseline,
  };
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
