/** One worker of the app: the real use cases and activities, each of their calls to the outside behind its instance. */
import { createClaimChange } from "../../src/activities/claim-change.ts";
import { createDeliverBatch } from "../../src/activities/deliver-batch.ts";
import { claimRequestSchema } from "../../src/domain/claim.ts";
import { deliveryBatchSchema } from "../../src/domain/delivery-batch.ts";
import { DEFAULT_CORE_FIELDS, OTHER_FIELDS } from "../../src/domain/order-change.ts";
import { POLL_OVERLAP_MS } from "../../src/domain/polling.ts";
import { SalesforceError } from "../../src/domain/salesforce-error.ts";
import { ACTIVITY, toInstanceId } from "../../src/orchestration/names.ts";
import type { OrdersTable } from "../../src/storage/orders-table.ts";
import { createCompleteNotifications } from "../../src/usecases/complete-notifications.ts";
import { createPollOrders } from "../../src/usecases/poll-orders.ts";
import { createReadCurrentOrder } from "../../src/usecases/read-current-order.ts";
import { createReconcileOrders } from "../../src/usecases/reconcile-orders.ts";
import { createRecordChanges, type OrchestrationStarter } from "../../src/usecases/record-changes.ts";
import { createTakeOutboundMessage } from "../../src/usecases/take-outbound-message.ts";
import { createTakePolledOrders } from "../../src/usecases/take-polled-orders.ts";
import { ORGANIZATION_ID } from "../support/outbound-message.ts";
import type { Chance } from "./chance.ts";
import type { DurableFunctions } from "./durable-functions.ts";
import {
  behindCalls,
  createFunctionInstance,
  type FaultRate,
  type FunctionInstance,
} from "./function-instance.ts";
import type { PolledSalesforce } from "./polled-salesforce.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { WorldStorage } from "./world-storage.ts";

/** One of the protections that the controls turn off. */
export type Protection = "changeRow" | "storedClaim" | "startLease" | "overlap";

/** What a worker does for the world around it; each rejects as the app does. */
export interface Worker {
  readonly instance: FunctionInstance;
  take(bytes: Uint8Array): Promise<void>;
  poll(): Promise<void>;
  reconcile(): Promise<void>;
  runActivity(name: string, input: unknown): Promise<unknown>;
}

let owners = 0;
const LOG = { info() {}, warn() {}, error() {} };
const FIELDS = { coreFields: DEFAULT_CORE_FIELDS, otherFields: OTHER_FIELDS };

/** Starts one; it has its own use cases, and with them its own memory. */
export function createWorker(o: {
  time: VirtualTime;
  chance: Chance;
  salesforce: PolledSalesforce;
  storage: WorldStorage;
  durable: () => DurableFunctions;
  faultRate: FaultRate;
  without: Protection | undefined;
}): Worker {
  const { time, chance, storage, without } = o;
  const instance = createFunctionInstance({ time, chance, faultRate: o.faultRate });
  const now = () => new Date(time.now());
  const orders = behindCalls(storage.orders, instance.call);
  const watermarks = {
    polling: behindCalls(storage.watermarks.polling, instance.call),
    reconciliation: behindCalls(storage.watermarks.reconciliation, instance.call),
    outboundMessages: behindCalls(storage.watermarks.outboundMessages, instance.call),
  };
  const sightings = behindCalls(storage.sightings, instance.call);
  const salesforce = { ...behindSalesforceCalls(o.salesforce, instance, chance), apiUsage: undefined };
  const openSalesforce = async () => salesforce;
  const starter: OrchestrationStarter = {
    start: (id, change) => instance.call(() => o.durable().startNew(id, change), { isRepeated: false }),
    exists: (id) => instance.call(() => o.durable().exists(id)),
  };
  const recordChanges = createRecordChanges({
    orders: toLedgerTable(orders, without),
    toInstanceId,
    now,
    createLeaseOwner: () => `owner-${(owners += 1)}`,
  });
  const takePolledOrders = createTakePolledOrders({
    orders,
    sightings,
    recordChanges,
    toInstanceId,
    fields: FIELDS,
    now,
  });
  const overlapMs = without === "overlap" ? 0 : POLL_OVERLAP_MS;
  const poll = { openSalesforce, watermarks, takePolledOrders, fields: FIELDS, overlapMs, now };
  const pollOrders = createPollOrders(poll);
  const reconcileOrders = createReconcileOrders(poll);
  const takeOutboundMessage = createTakeOutboundMessage({
    ...FIELDS,
    allowedOrganizations: [ORGANIZATION_ID],
    completeNotifications: createCompleteNotifications({
      fields: FIELDS,
      openSalesforce: null,
      ruleFields: [],
      now,
    }),
    recordChanges,
    sightings,
    watermarks,
    now,
  });
  const claimChange = createClaimChange({
    codeVersion: "test",
    orders: toClaimTable(orders, without),
    subscriptions: behindCalls(storage.subscriptions, instance.call),
    preferences: behindCalls(storage.preferences, instance.call),
    readCurrent: createReadCurrentOrder({ openSalesforce, fields: FIELDS, now }),
    toLink: (orderId) => `https://example.com/${orderId}`,
    now,
  });
  const deliverBatch = createDeliverBatch({
    inbox: behindCalls(storage.inboxTable, instance.call),
    // Nobody in these stories has quiet hours.
    digests: { note: async () => {} },
    now,
  });
  return {
    instance,
    take: (bytes) =>
      takeOutboundMessage({ bytes, contentType: "text/xml; charset=UTF-8" }, { starter, warn() {} }),
    poll: () => pollOrders(starter, LOG),
    reconcile: () => reconcileOrders(starter, LOG),
    async runActivity(name, input) {
      if (name === ACTIVITY.claimChange) return claimChange(claimRequestSchema.parse(input));
      const { report } = await deliverBatch(deliveryBatchSchema.parse(input));
      return report;
    },
  };
}

/** The ledger's table, with one of its protections gone. */
function toLedgerTable(orders: OrdersTable, without: Protection | undefined): OrdersTable {
  if (without === "changeRow") return { ...orders, insertChange: async () => true };
  if (without !== "startLease") return orders;
  return {
    ...orders,
    insertChange: (change, instanceId, lease, at) =>
      orders.insertChange(change, instanceId, { ...lease, until: at }, at),
    takeLease: (change, row, lease) => orders.takeLease(change, row, { ...lease, until: row.recordedAt }),
  };
}

/** The claim's table, perhaps without memory of what was claimed. */
function toClaimTable(orders: OrdersTable, without: Protection | undefined): OrdersTable {
  if (without !== "storedClaim") return orders;
  return {
    ...orders,
    async readChange(change) {
      const row = await orders.readChange(change);
      if (row === undefined) return undefined;
      const { claim: _, ...rest } = row;
      return rest;
    },
  };
}

const SALESFORCE_PROBLEMS = ["maintenance", "timeout", "unreachable", "sessionRefused"] as const;

function behindSalesforceCalls(
  salesforce: PolledSalesforce,
  instance: FunctionInstance,
  chance: Chance,
): PolledSalesforce {
  const toError = () =>
    new SalesforceError(
      SALESFORCE_PROBLEMS[chance.pick(SALESFORCE_PROBLEMS.length)]!,
      "Salesforce did not answer.",
    );
  const { findFields, queryOrders, queryMoreOrders, retrieveOrders } = behindCalls(salesforce, (effect) =>
    instance.call(effect, { toError }),
  );
  return { ...salesforce, findFields, queryOrders, queryMoreOrders, retrieveOrders };
}
