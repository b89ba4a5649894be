/** The webhook's whole work: read the message, complete it, and have every change durably started. */
import type { OrderChange } from "../domain/order-change.ts";
import { refuseFutureStamps } from "../ingress/future-stamp.ts";
import { readNotifications } from "../ingress/read-notifications.ts";
import { toOrderChange } from "../ingress/to-order-change.ts";
import type { SightingsTable } from "../storage/sightings-table.ts";
import type { WatermarksTable } from "../storage/watermarks-table.ts";
import type { CompleteNotifications } from "./complete-notifications.ts";
import type { OrchestrationStarter, RecordChanges } from "./record-changes.ts";

export interface TakeOutboundMessageDeps {
  allowedOrganizations: readonly string[];
  coreFields: readonly string[];
  otherFields: readonly string[];
  completeNotifications: CompleteNotifications;
  recordChanges: RecordChanges;
  sightings: Pick<SightingsTable, "note">;
  watermarks: Pick<WatermarksTable, "outboundMessages">;
  now(): Date;
}

/** Resolves when the message may be acknowledged; whatever it throws, Salesforce has to send the message again. */
export type TakeOutboundMessage = (
  body: { bytes: Uint8Array; contentType: string | null },
  o: { starter: OrchestrationStarter; warn: (text: string) => void },
) => Promise<void>;

/** Builds the use case. */
export function createTakeOutboundMessage(deps: TakeOutboundMessageDeps): TakeOutboundMessage {
  const { coreFields, otherFields } = deps;
  return async (body, { starter, warn }) => {
    const told = readNotifications(body, deps.allowedOrganizations);
    const complete = await deps.completeNotifications(told, warn);
    const changes: OrderChange[] = complete.map(({ fields, outboundMessageNotificationId }) =>
      toOrderChange(fields, {
        coreFields,
        otherFields,
        route: "outboundMessage",
        outboundMessageNotificationId,
      }),
    );
    const now = deps.now();
    refuseFutureStamps(changes, now);
    const at = now.toISOString();
    await Promise.all([
      deps.recordChanges(changes, starter),
      deps.sightings.note(changes, "outboundMessage", at),
      deps.watermarks.outboundMessages.note(at),
    ]);
  };
}
