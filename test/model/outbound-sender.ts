/**
 * Salesforce's sender of outbound messages: the state at send time, several notifications in one message, again and again
 * until it is acknowledged, in any order, sometimes once more after that, and sometimes never at all (dropped after
 * 24 hours). Waits are shortened: from 2 seconds doubling to one minute instead of two hours.
 */
import { toOutboundMessageXml } from "../support/outbound-message.ts";
import type { Chance } from "./chance.ts";
import { type SalesforceOrders, toMessageFields, type Version } from "./salesforce-orders.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Hands over one message; false when there was no Ack. */
export type Post = (bytes: Uint8Array) => Promise<boolean>;

/** The sender's queue. */
export interface OutboundSender {
  /** A save that the flow sends a message for. */
  enqueue(orderId: string): void;
  /** Notifications that wait for their Ack. */
  readonly waiting: number;
  /** Versions that a message told of and that were acknowledged, as far as we know ourselves. */
  readonly acknowledged: ReadonlySet<Version>;
}

interface Waiting {
  orderId: string;
  notificationId: string;
  isAcknowledged: boolean;
}

/** The longest a message is under way (ms). */
const TRANSIT_MS = 4_000;

/** Opens the sender of an organisation. */
export function createOutboundSender(o: {
  time: VirtualTime;
  chance: Chance;
  orders: SalesforceOrders;
  post: Post;
  shortIds: boolean;
}): OutboundSender {
  const { time, chance, orders, post } = o;
  const queue: Waiting[] = [];
  const acknowledged = new Set<Version>();
  let sent = 0;

  const send = async (first: Waiting): Promise<void> => {
    // Others that wait come along in the same message.
    const batch = [first, ...queue.filter((one) => one !== first && !one.isAcknowledged && chance.oneIn(3))];
    const versions = batch.map(({ orderId }) => orders.current(orderId));
    const bytes = new TextEncoder().encode(
      toOutboundMessageXml({
        orders: versions.map((version) => toMessageFields(version, o)),
        notificationIds: batch.map(({ notificationId }) => notificationId),
      }),
    );
    await time.sleep(1 + chance.pick(TRANSIT_MS));
    if (!(await post(bytes))) return;
    for (const version of versions) if (version.core["IsDeleted"] !== "true") acknowledged.add(version);
    // The Ack may get lost on its way back.
    if (!chance.oneIn(10)) for (const one of batch) one.isAcknowledged = true;
  };

  const sendUntilAcknowledged = async (one: Waiting): Promise<void> => {
    await time.sleep(1 + chance.pick(2_500));
    for (let waitMs = 2_000; !one.isAcknowledged; waitMs = Math.min(waitMs * 2, 60_000)) {
      await send(one);
      if (!one.isAcknowledged) await time.sleep(waitMs);
    }
    if (chance.oneIn(5)) await time.sleep(chance.pick(90_000)).then(() => send(one));
    queue.splice(queue.indexOf(one), 1);
  };

  return {
    enqueue(orderId) {
      if (chance.oneIn(6)) return;
      sent += 1;
      const notificationId = `04l${String(sent).padStart(12, "0")}AAA`;
      const one = { orderId, notificationId, isAcknowledged: false };
      queue.push(one);
      void sendUntilAcknowledged(one);
    },
    get waiting() {
      return queue.length;
    },
    acknowledged,
  };
}
