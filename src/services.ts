/** The composition root: everything that holds a connection or reads a clock is made here, once. */
import { randomUUID } from "node:crypto";
import { createClaimChange } from "./activities/claim-change.ts";
import { createDeliverBatch } from "./activities/deliver-batch.ts";
import { createForgetDigests } from "./activities/forget-digests.ts";
import { createLoadAudience } from "./activities/load-audience.ts";
import { createLoadDigests } from "./activities/load-digests.ts";
import { createPushDigests } from "./activities/push-digests.ts";
import { createQuarantineRecipients } from "./activities/quarantine-recipients.ts";
import { createSigner } from "./audit/create-signer.ts";
import { createEvidenceArchive } from "./audit/evidence-archive.ts";
import { CODE_VERSION } from "./code-version.ts";
import { type Config, NODE_VERSION, readConfig } from "./config.ts";
import { POLL_OVERLAP_MS } from "./domain/polling.ts";
import type { StorageConnection } from "./domain/storage-connection.ts";
import type { Salesforce } from "./ingress/salesforce.ts";
import { toDigestsInstanceId, toInstanceId } from "./orchestration/names.ts";
import { openArchiveProgress } from "./storage/archive-progress.ts";
import { openAuditAccessesTable } from "./storage/audit-accesses-table.ts";
import { openDatedExpiry } from "./storage/dated-expiry.ts";
import { openDeadLettersTable } from "./storage/dead-letters-table.ts";
import { openDigestsTable } from "./storage/digests-table.ts";
import { openEvidenceBlobs } from "./storage/evidence-blobs.ts";
import { openEvidenceTable } from "./storage/evidence-table.ts";
import { openGrantsTable } from "./storage/grants-table.ts";
import { openGroupsTable } from "./storage/groups-table.ts";
import { openInboxExpiry } from "./storage/inbox-expiry.ts";
import { openInboxReceipts } from "./storage/inbox-receipts.ts";
import { openInboxTable } from "./storage/inbox-table.ts";
import { openSubscriptionList } from "./storage/list-subscriptions.ts";
import { openNotificationLetters } from "./storage/notification-letters.ts";
import { openOrderChanges } from "./storage/order-changes.ts";
import { openOrdersTable } from "./storage/orders-table.ts";
import { openOwnerLinksTable } from "./storage/owner-links-table.ts";
import { openPreferencesTable } from "./storage/preferences-table.ts";
import { openSubscriptionsTable } from "./storage/subscriptions-table.ts";
import { openSightingsTable } from "./storage/sightings-table.ts";
import { openWatermarksTable } from "./storage/watermarks-table.ts";
import { createCompleteNotifications } from "./usecases/complete-notifications.ts";
import { createPollOrders, type PollOrdersDeps } from "./usecases/poll-orders.ts";
import { createReadCurrentOrder } from "./usecases/read-current-order.ts";
import { createReadHealth } from "./usecases/read-health.ts";
import { createReconcileOrders, type ReconcileOrdersDeps } from "./usecases/reconcile-orders.ts";
import { createRecordChanges } from "./usecases/record-changes.ts";
import { createStartDigestRuns } from "./usecases/start-digest-runs.ts";
import { createTakeOutboundMessage } from "./usecases/take-outbound-message.ts";
import { createTakePolledOrders, type TakePolledOrdersDeps } from "./usecases/take-polled-orders.ts";

export type Services = ReturnType<typeof createServices>;

/** Wires the app for these settings. */
export function createServices(config: Config) {
  const now = () => new Date();
  const tables = openTables(config.storage);
  const { orders, sightings, watermarks, subscriptions, preferences, inbox, digests } = tables;
  const fields = { coreFields: config.ORDER_CORE_FIELDS, otherFields: config.otherFields };
  const openSalesforce = createSalesforceOpener(config, now);
  const recordChanges = createRecordChanges({ orders, toInstanceId, now, createLeaseOwner: randomUUID });
  const deliverBatch = createDeliverBatch({ inbox, digests, now });
  return {
    ...tables,
    config,
    now,
    codeVersion: CODE_VERSION,
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
      preferences,
      readCurrent: createReadCurrentOrder({ openSalesforce, fields, now }),
      now,
      toLink: (id) => toLink(config, id),
      codeVersion: CODE_VERSION,
    }),
    loadAudience: createLoadAudience({ subscriptions, preferences }),
    deliverBatch,
    quarantineRecipients: createQuarantineRecipients({ deadLetters: tables.deadLetters, deliverBatch }),
    startDigestRuns: createStartDigestRuns({ digests, toInstanceId: toDigestsInstanceId, now }),
    loadDigests: createLoadDigests({ digests }),
    pushDigests: createPushDigests({ inbox }),
    forgetDigests: createForgetDigests({ digests }),
    ...createEvidence(config, now),
  };
}

function createEvidence(config: Config, now: () => Date) {
  const { EVIDENCE_KEY: key, HISTORY_RETENTION_DAYS: retentionDays, storage } = config;
  const evidenceArchive = createEvidenceArchive({
    table: openEvidenceTable(storage),
    blobs: openEvidenceBlobs(storage),
    openSigner: key === undefined ? null : () => createSigner(key),
    configuration: {
      coreFields: config.ORDER_CORE_FIELDS,
      ruleFields: config.ORDER_RULE_FIELDS,
      orderLink: config.ORDER_LINK ?? null,
      historyRetentionDays: retentionDays,
    },
    codeVersion: CODE_VERSION,
    nodeVersion: NODE_VERSION,
    now,
  });
  const progress = openArchiveProgress(storage);
  return { evidenceArchive, archiveDeps: { archive: evidenceArchive, progress, retentionDays, now } };
}

function openTables(storage: StorageConnection) {
  return {
    orders: openOrdersTable(storage),
    sightings: openSightingsTable(storage),
    watermarks: openWatermarksTable(storage),
    subscriptions: openSubscriptionsTable(storage),
    subscriptionList: openSubscriptionList(storage),
    preferences: openPreferencesTable(storage),
    grants: openGrantsTable(storage),
    ownerLinks: openOwnerLinksTable(storage),
    groups: openGroupsTable(storage),
    inbox: openInboxTable(storage),
    inboxExpiry: openInboxExpiry(storage),
    datedExpiry: openDatedExpiry(storage),
    digests: openDigestsTable(storage),
    deadLetters: openDeadLettersTable(storage),
    auditAccesses: openAuditAccessesTable(storage),
    inboxReceipts: openInboxReceipts(storage),
    notificationLetters: openNotificationLetters(storage),
    orderChanges: openOrderChanges(storage),
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
