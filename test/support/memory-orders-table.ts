/**
 * The Orders table in memory, for tests that need thousands of them: every call takes effect at once and as a whole,
 * ETags and conflicts are the real table's (memory-tables.test.ts asks both the same questions).
 */
import { claimSchema } from "../../src/domain/claim.ts";
import type { OrderChange } from "../../src/domain/order-change.ts";
import type { KnownOrder } from "../../src/domain/transition.ts";
import {
  type ChangeRow,
  type ClaimCommit,
  type OrderRow,
  type OrdersTable,
  toChangeRowKey,
} from "../../src/storage/orders-table.ts";

type ChangeColumns = Omit<ChangeRow, "etag" | "claim"> & { claim?: string };

/** Opens an empty table. */
export function createMemoryOrdersTable(): OrdersTable {
  const changes = new Map<string, ChangeColumns & { etag: string }>();
  const orders = new Map<string, { etag: string; text: string }>();
  let writes = 0;
  const nextEtag = () => `W/"${(writes += 1)}"`;
  const toKey = (change: OrderChange) => `${change.orderId}/${toChangeRowKey(change)}`;

  const merge = (change: OrderChange, etag: string, columns: Partial<ChangeColumns>): void => {
    const key = toKey(change);
    const row = changes.get(key);
    if (row === undefined) throw new Error("ResourceNotFound");
    if (row.etag === etag) changes.set(key, { ...row, ...columns, etag: nextEtag() });
  };
  const writeOrder = (change: OrderChange, { systemModstamp, coreFields, isBaseline }: KnownOrder): void => {
    const text = JSON.stringify({ systemModstamp, coreFields, isBaseline });
    orders.set(change.orderId, { etag: nextEtag(), text });
  };
  const isUnmoved = ({ change, changeRow, orderRow, known }: ClaimCommit): boolean =>
    changes.get(toKey(change))?.etag === changeRow?.etag &&
    (known === undefined || orders.get(change.orderId)?.etag === orderRow?.etag);

  return {
    async insertChange(change, instanceId, lease, at) {
      if (changes.has(toKey(change))) return false;
      const columns = toColumns(change, { instanceId, at, owner: lease.owner, until: lease.until });
      changes.set(toKey(change), { ...columns, etag: nextEtag() });
      return true;
    },
    async readChange(change) {
      const row = changes.get(toKey(change));
      if (row === undefined) return undefined;
      const { claim, ...columns } = row;
      return claim === undefined ? columns : { ...columns, claim: claimSchema.parse(JSON.parse(claim)) };
    },
    async readOrder(orderId) {
      const row = orders.get(orderId);
      return row && ({ ...JSON.parse(row.text), etag: row.etag } as OrderRow);
    },
    async takeLease(change, row, { owner, until }) {
      merge(change, row.etag, { leaseOwner: owner, leaseUntil: until });
    },
    async markStarted(change, row) {
      if (row.state !== "started") merge(change, row.etag, { state: "started" });
    },
    async insertBaseline(change) {
      if (orders.has(change.orderId)) return false;
      writeOrder(change, { ...change, isBaseline: true });
      return true;
    },
    async commitClaim(commit) {
      if (!isUnmoved(commit)) return false;
      const { change, instanceId, claim, known } = commit;
      const at = claim.decidedAt;
      const before =
        changes.get(toKey(change)) ?? toColumns(change, { instanceId, at, owner: "", until: at });
      const claimed = { instanceId, state: "started", claim: JSON.stringify(claim) } as const;
      changes.set(toKey(change), { ...before, ...claimed, etag: nextEtag() });
      if (known) writeOrder(change, known);
      return true;
    },
  };
}

function toColumns(
  { route }: OrderChange,
  o: { instanceId: string; at: string; owner: string; until: string },
): ChangeColumns {
  return {
    instanceId: o.instanceId,
    state: "starting",
    leaseOwner: o.owner,
    leaseUntil: o.until,
    route,
    recordedAt: o.at,
  };
}
