/** Lists the changes of one order as the ledger keeps them, with the evidence that was archived of it. */
import type { OrderAudit } from "../domain/audit.ts";
import type { OrderChanges, RecordedChange } from "../storage/order-changes.ts";
import type { OrdersTable } from "../storage/orders-table.ts";
import { describeTransition } from "./describe-transition.ts";

export interface ReadOrderAuditDeps {
  orderChanges: OrderChanges;
  orders: Pick<OrdersTable, "readOrder">;
}

/** What of the archive is listed. */
export interface ArchivedEvidence {
  list(chain: string): Promise<OrderAudit["evidence"]>;
}

/** So many changes a page. */
const PAGE_CHANGES = 100;

/** Undefined when nothing was ever heard of the order. All evidence of the order comes with every page. */
export async function readOrderAudit(
  { orderChanges, orders }: ReadOrderAuditDeps,
  archive: ArchivedEvidence,
  { orderId, after }: { orderId: string; after: string | undefined },
): Promise<OrderAudit | undefined> {
  const [{ changes, next }, evidence] = await Promise.all([
    orderChanges.list(orderId, { after, limit: PAGE_CHANGES }),
    archive.list(orderId),
  ]);
  if (changes.length === 0 && after === undefined && evidence.length === 0) {
    // The silent first poll knows orders of which no change was told.
    if ((await orders.readOrder(orderId)) === undefined) return undefined;
  }
  return { orderId, changes: changes.map(toAuditedChange), evidence, next };
}

function toAuditedChange({ claim, ...change }: RecordedChange): OrderAudit["changes"][number] {
  return {
    ...change,
    decidedAt: claim?.decidedAt ?? null,
    transition: claim?.transition ?? null,
    text: claim ? describeTransition(claim.transition) : toWaitingWords(change.state),
  };
}

function toWaitingWords(state: RecordedChange["state"]): string {
  return state === "started"
    ? "Its orchestration was started; what is new about the order was not decided yet."
    : "It was recorded; its orchestration is about to be started.";
}
