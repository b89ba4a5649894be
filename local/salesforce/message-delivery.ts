/** One message on its way: written with the state of now, sent, and the faults of the way. */
import { setTimeout as pause } from "node:timers/promises";
import type { MessageVerdict } from "./message-answer.ts";
import { exchangeMessage } from "./message-post.ts";
import { toNotificationId, type PendingNotification } from "./message-rows.ts";
import type { MessageTiming } from "./message-timing.ts";
import { toMessageXml } from "./message-xml.ts";
import type { Org } from "./org.ts";
import type { OrgFaults } from "./org-faults.ts";

/** The faults that the sender reads at each use. */
export interface SenderFaults extends Pick<OrgFaults, "duplicateShare" | "reorder" | "extraDelayMs"> {
  /** Share (0 to 1) of acknowledgements that get lost on their way: the message counts as failed. */
  readonly acksLost?: number;
}

/** What a delivery needs of its sender. */
export interface DeliveryOptions {
  readonly org: Org;
  readonly fields: readonly string[];
  readonly faults: SenderFaults;
  readonly timing: MessageTiming;
  readonly random: () => number;
}

/** How a delivery ended, and when the same message shall be sent once more: that. */
export interface Delivery {
  readonly verdict: MessageVerdict;
  readonly repeat?: () => Promise<unknown>;
}

/** A reordered message is held for up to so many collecting times, so that a later one overtakes it. */
const REORDER_HOLDS = 4;

/** Sends the taken notifications as one message; resolves however that ends. */
export async function deliverMessage(
  { org, fields, faults, timing, random }: DeliveryOptions,
  endpoint: string,
  taken: readonly PendingNotification[],
  stopping: AbortSignal,
): Promise<Delivery> {
  const notifications = taken.map(({ number, orderId }) => ({
    id: toNotificationId(number),
    order: org.getOrder(orderId),
  }));
  const xml = toMessageXml({ organizationId: org.organizationId, fields, notifications });
  if (faults.reorder) await pause(random() * REORDER_HOLDS * timing.batchAfterMs);
  const exchange = () => exchangeMessage(endpoint, xml, timing.timeoutMs, stopping);
  const verdict = await exchange();
  if (!verdict.acknowledged) return { verdict };
  if (random() < (faults.acksLost ?? 0)) {
    return { verdict: { acknowledged: false, reason: "The acknowledgement was lost on its way" } };
  }
  return random() < faults.duplicateShare ? { verdict, repeat: exchange } : { verdict };
}
