/** The composition root: everything that holds a connection or reads a clock is made here, once. */
import { randomUUID } from "node:crypto";
import { createClaimChange } from "./activities/claim-change.ts";
import { createDeliverBatch } from "./activities/deliver-batch.ts";
import { createLoadAudience } from "./activities/load-audience.ts";
import { type Config, readConfig } from "./config.ts";
import { toInstanceId } from "./orchestration/names.ts";
import { openGrantsTable } from "./storage/grants-table.ts";
import { openGroupsTable } from "./storage/groups-table.ts";
import { openInboxTable } from "./storage/inbox-table.ts";
import { openOrdersTable } from "./storage/orders-table.ts";
import { openSubscriptionsTable } from "./storage/subscriptions-table.ts";
import { createRecordChanges } from "./usecases/record-changes.ts";

export type Services = ReturnType<typeof createServices>;

/** Wires the app for these settings. */
export function createServices(config: Config) {
  const storage = config.AzureWebJobsStorage;
  const orders = openOrdersTable(storage);
  const subscriptions = openSubscriptionsTable(storage);
  const inbox = openInboxTable(storage);
  const now = () => new Date();
  return {
    config,
    now,
    subscriptions,
    inbox,
    grants: openGrantsTable(storage),
    groups: openGroupsTable(storage),
    recordChanges: createRecordChanges({ orders, toInstanceId, now, createLeaseOwner: randomUUID }),
    claimChange: createClaimChange({ orders, subscriptions, now, toLink: (id) => toLink(config, id) }),
    loadAudience: createLoadAudience({ subscriptions }),
    deliverBatch: createDeliverBatch({ inbox }),
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
