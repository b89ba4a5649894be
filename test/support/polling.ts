/** Both routes over real tables, with a Salesforce of rows, a Durable Functions that remembers, and a clock in hand. */
import { createClaimChange } from "../../src/activities/claim-change.ts";
import { DEFAULT_CORE_FIELDS, type OrderChange } from "../../src/domain/order-change.ts";
import { NEW_POLLING_STATE, POLL_OVERLAP_MS, toPollWindow } from "../../src/domain/polling.ts";
import type { Transition } from "../../src/domain/transition.ts";
import { toInstanceId } from "../../src/orchestration/names.ts";
import type { OrderFields } from "../../src/ingress/salesforce.ts";
import { openOrdersTable } from "../../src/storage/orders-table.ts";
import { openPreferencesTable } from "../../src/storage/preferences-table.ts";
import { openSightingsTable, type SightingsTable } from "../../src/storage/sightings-table.ts";
import { openSubscriptionsTable } from "../../src/storage/subscriptions-table.ts";
import { isStatus, openTable } from "../../src/storage/table.ts";
import { openWatermarksTable } from "../../src/storage/watermarks-table.ts";
import { createPollOrders } from "../../src/usecases/poll-orders.ts";
import { createReadHealth } from "../../src/usecases/read-health.ts";
import { createReconcileOrders } from "../../src/usecases/reconcile-orders.ts";
import { createRecordChanges } from "../../src/usecases/record-changes.ts";
import { createTakeOutboundMessage } from "../../src/usecases/take-outbound-message.ts";
import { createTakePolledOrders } from "../../src/usecases/take-polled-orders.ts";
import { createOrderRow, createOrderSource } from "./order-source.ts";
import { ORGANIZATION_ID, toOutboundMessageXml } from "./outbound-message.ts";

export type Polling = Awaited<ReturnType<typeof startPolling>>;

/** When the silent first poll of every test ends. */
const FIRST_END = "2026-11-22T10:00:00.000Z";
/** A window ends so long before now (ms). */
const LAG_MS =
  Date.parse(FIRST_END) - Date.parse(toPollWindow(NEW_POLLING_STATE, new Date(FIRST_END), 0)?.to ?? "");

let orderNumbers = 0;

/** Begins as before the first poll; orders of earlier tests do not meet those of this one. */
export async function startPolling(
  storage: string,
  o: { pageRows?: number; overlapMs?: number; ruleFields?: string[] } = {},
) {
  await forgetWatermarks(storage);
  const first = (orderNumbers += 10_000);
  const clock = { ms: Date.parse(FIRST_END) + LAG_MS };
  const now = () => new Date(clock.ms);
  const source = createOrderSource([], o.pageRows, now);
  const log = createLog();
  const starter = createStarter();
  let storageCalls = 0;
  const counted = () => (storageCalls += 1);
  const orders = countCalls(openOrdersTable(storage), counted);
  const sightings = countNotes(openSightingsTable(storage), counted);
  const watermarks = openWatermarksTable(storage);
  const fields = { coreFields: DEFAULT_CORE_FIELDS, otherFields: ["OrderNumber", ...(o.ruleFields ?? [])] };
  const openSalesforce = async () => source;

  /** What one process holds; another one knows only what is in the tables. */
  function createProcess() {
    let owners = 0;
    const createLeaseOwner = () => `owner-${(orderNumbers += 1)}-${(owners += 1)}`;
    const recordChanges = createRecordChanges({ orders, toInstanceId, now, createLeaseOwner });
    const takePolledOrders = createTakePolledOrders({
      orders,
      sightings,
      recordChanges,
      toInstanceId,
      fields,
      now,
    });
    const overlapMs = o.overlapMs ?? POLL_OVERLAP_MS;
    const shared = { openSalesforce, watermarks, takePolledOrders, fields, overlapMs, now };
    const pollOrders = createPollOrders(shared);
    const reconcileOrders = createReconcileOrders(shared);
    const takeOutboundMessage = createTakeOutboundMessage({
      ...fields,
      allowedOrganizations: [ORGANIZATION_ID],
      completeNotifications: async (notifications) => [...notifications],
      recordChanges,
      sightings,
      watermarks,
      now,
    });
    return {
      takePolledOrders,
      recordChanges,
      poll: (by = starter) => pollOrders(by, log),
      reconcile: (by = starter) => reconcileOrders(by, log),
      /** Salesforce tells of these orders by outbound message. */
      tell: (...rows: OrderFields[]) =>
        takeOutboundMessage(
          {
            bytes: Buffer.from(toOutboundMessageXml({ orders: rows.map(toMessageFields) })),
            contentType: "text/xml; charset=UTF-8",
          },
          { starter, warn: log.warn },
        ),
    };
  }

  const claimChange = createClaimChange({
    codeVersion: "test",
    orders,
    subscriptions: openSubscriptionsTable(storage),
    preferences: openPreferencesTable(storage),
    readCurrent: async () => undefined,
    toLink: () => null,
    now,
  });

  return {
    source,
    log,
    starter,
    orders,
    sightings,
    watermarks,
    ...createProcess(),
    createProcess,
    readHealth: createReadHealth({ watermarks, isPollingOn: true, now }),
    /** The n-th order of this test. */
    row: (n: number, values: OrderFields = {}) => createOrderRow(first + n, values),
    /** How often the orders and sightings tables were asked. */
    countStorageCalls: () => storageCalls,
    advance(ms: number): void {
      clock.ms += ms;
    },
    now,
    readState: async () => (await watermarks.polling.read())?.state,
    /** Runs what was started, as far as the claim, in the order of starting. */
    async claimStarted(): Promise<Transition[]> {
      const transitions: Transition[] = [];
      for (const change of starter.started.splice(0)) {
        const claim = await claimChange({ change, instanceId: toInstanceId(change) });
        transitions.push(claim.transition);
      }
      return transitions;
    },
  };
}

/** Plays Durable Functions: starts once, knows for ever what it started; can refuse. */
export function createStarter() {
  const known: string[] = [];
  const starter = {
    /** Started and not yet claimed. */
    started: [] as OrderChange[],
    /** Ids of every instance, in the order of starting. */
    known,
    /** Orders whose start fails. */
    refused: new Set<string>(),
    /** Called before each start. */
    beforeStart: async (): Promise<void> => undefined,
    async start(instanceId: string, change: OrderChange): Promise<void> {
      await starter.beforeStart();
      if (starter.refused.has(change.orderId)) throw new Error("no storage");
      known.push(instanceId);
      starter.started.push(change);
    },
    exists: async (instanceId: string) => known.includes(instanceId),
  };
  return starter;
}

function createLog() {
  const infos: string[] = [];
  const warnings: string[] = [];
  const errors: string[] = [];
  return {
    infos,
    warnings,
    errors,
    info: (text: string) => void infos.push(text),
    warn: (text: string) => void warnings.push(text),
    error: (text: string) => void errors.push(text),
  };
}

/** The same table; every call of it is counted. */
function countCalls<Table extends object>(table: Table, count: () => void): Table {
  return new Proxy(table, {
    get(target, name, receiver): unknown {
      count();
      return Reflect.get(target, name, receiver);
    },
  });
}

/** Nothing to note is no call of the service. */
function countNotes(table: SightingsTable, count: () => void): SightingsTable {
  return {
    ...table,
    async note(sightings, route, at) {
      if (sightings.length > 0) count();
      await table.note(sightings, route, at);
    },
  };
}

/** What the same version looks like in XML: another spelling of instants and decimals, no empty fields. */
function toMessageFields({ IsDeleted: _deleted, ...row }: OrderFields): OrderFields {
  const amount = row["TotalAmount"];
  return {
    ...row,
    CreatedDate: row["CreatedDate"]?.replace("+0000", "Z") ?? null,
    SystemModstamp: row["SystemModstamp"]?.replace("+0000", "Z") ?? null,
    TotalAmount: amount == null || amount.includes(".") ? (amount ?? null) : `${amount}.0`,
  };
}

async function forgetWatermarks(storage: string): Promise<void> {
  const table = openTable(storage, "Watermarks");
  for (const rowKey of ["Order", "OrderReconciliation", "OutboundMessages"]) {
    try {
      await table.run((client) => client.deleteEntity("salesforce", rowKey));
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }
}
