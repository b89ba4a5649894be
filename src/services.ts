/** The composition root: everything that holds a connection or reads a clock is made here, once. */
import { randomUUID } from "node:crypto";
import { createClaimChange } from "./activities/claim-change.ts";
import { createDeliverBatch } from "./activities/deliver-batch.ts";
import { createLoadAudience } from "./activities/load-audience.ts";
import { type Config, readConfig } from "./config.ts";
import { POLL_OVERLAP_MS } from "./domain/polling.ts";
import type { Salesforce } from "./ingress/salesforce.ts";
import { toInstanceId } from "./orchestration/names.ts";
import { openGrantsTable } from "./storage/grants-table.ts";
import { openGroupsTable } from "./storage/groups-table.ts";
import { openInboxTable } from "./storage/inbox-table.ts";
import { openOrdersTable } from "./storage/orders-table.ts";
import { openSubscriptionsTable } from "./storage/subscriptions-table.ts";
import { openSightingsTable } from "./storage/sightings-table.ts";
import { openWatermarksTable } from "./storage/watermarks-table.ts";
import { createCompleteNotifications } from "./usecases/complete-notifications.ts";
import { createPollOrders, type PollOrdersDeps } from "./usecases/poll-orders.ts";
import { createReadCurrentOrder } from "./usecases/read-current-order.ts";
import { createReadHealth } from "./usecases/read-health.ts";
import { createReconcileOrders, type ReconcileOrdersDeps } from "./usecases/reconcile-orders.ts";
import { createRecordChanges } from "./usecases/record-changes.ts";
import { createTakeOutboundMessage } from "./usecases/take-outbound-message.ts";
import { createTakePolledOrders, type TakePolledOrdersDeps } from "./usecases/take-polled-orders.ts";

export type Services = ReturnType<typeof createServices>;

/** Wires the app for these settings. */
export function createServices(config: Config) {
  const storage = config.AzureWebJobsStorage;
  const orders = openOrdersTable(storage);
  const subscriptions = openSubscriptionsTable(storage);
  const inbox = openInboxTable(storage);
  const sightings = openSightingsTable(storage);
  const watermarks = openWatermarksTable(storage);
  const now = () => new Date();
  const fields = { coreFields: config.ORDER_CORE_FIELDS, otherFields: config.otherFields };
  const openSalesforce = createSalesforceOpener(config, now);
  const recordChanges = createRecordChanges({ orders, toInstanceId, now, createLeaseOwner: randomUUID });
  const readCurrent = createReadCurrentOrder({ openSalesforce, fields, now });
  return {
    config,
    now,
    subscriptions,
    inbox,
    sightings,
    grants: openGrantsTable(storage),
    groups: openGroupsTable(storage),
    takeOutboundMessage: createTakeOutboundMessage({
      ...fields,
      allowedOrganizations: config.SALESFORCE_ORG_IDS,
      completeNotifications: createCompleteNotifications({
        fields,
        openSalesforce,
        now,
        ruleFields: config.ORDER_RULE_FIELDS,
      }),
      recordChanges,
      sightings,
      watermarks,
      now,
    }),
    ...createPolling({ openSalesforce, orders, sightings, watermarks, recordChanges, fields, now }),
    readHealth: createReadHealth({ watermarks, isPollingOn: openSalesforce !== null, now }),
    claimChange: createClaimChange({
      orders,
      subscriptions,
      readCurrent,
      now,
      toLink: (id) => toLink(config, id),
    }),
    loadAudience: createLoadAudience({ subscriptions }),
    deliverBatch: createDeliverBatch({ inbox }),
  };
}

/** Null without a Salesforce login. jsforce is loaded at the first call: few instances ever need it. */
function createSalesforceOpener(
  { salesforceLogin }: Config,
  now: () => Date,
): (() => Promise<Salesforce>) | null {
  if (salesforceLogin === null) return null;
  let opening: Promise<Salesforce> | undefined;
  return () => {
    opening ??= import("./ingress/salesforce.ts").then(({ openSalesforce }) =>
      openSalesforce(salesforceLogin, { now }),
    );
    return opening;
  };
}

function createPolling({
  openSalesforce,
  ...deps
}: Omit<
  PollOrdersDeps & TakePolledOrdersDeps & ReconcileOrdersDeps,
  "openSalesforce" | "takePolledOrders" | "toInstanceId" | "overlapMs"
> & {
  openSalesforce: (() => Promise<Salesforce>) | null;
}) {
  if (openSalesforce === null) return { pollOrders: null, reconcileOrders: null };
  const takePolledOrders = createTakePolledOrders({ ...deps, toInstanceId });
  return {
    pollOrders: createPollOrders({ ...deps, openSalesforce, takePolledOrders, overlapMs: POLL_OVERLAP_MS }),
    reconcileOrders: createReconcileOrders({
      ...deps,
      openSalesforce,
      takePolledOrders,
      overlapMs: POLL_OVERLAP_MS,
    }),
  };
}

let services: Services | undefined;

/** The app's services, made at the first use: a wrong setting fails the call that needs it, with its reason. */
export function getServices(): Services {
  services ??= createServices(readConfig());
  return services;
}

function toLink(config: Config, orderId: string): string | null {
  return config.ORDER_LINK?.replaceAll("{orderId}", orderId) ?? null;
}
