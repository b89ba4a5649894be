/**
 * Sends outbound messages for every save of an order: at least once, in any order, with the state at the time of sending.
 *
 * Source: "Understanding Notifications" (developer.salesforce.com, sforce_api_om_outboundmessaging_notifications.htm) and
 * "Considerations for Outbound Messages" (help.salesforce.com, platform.workflow_om_considerations). Not documented: that
 * due notifications share a message whatever their attempts, and how many messages are under way at a time.
 *
 * A save is queued right after its commit; what a kill cuts off in between is found at start (message-marks.ts).
 */
import type { Key, RootDatabase } from "lmdb";
import { deliverMessage, type SenderFaults } from "./message-delivery.ts";
import { findMissedOrders, markOrders } from "./message-marks.ts";
import { LatestMessages, toOverview, type MessageOverview } from "./message-overview.ts";
import { MessageQueue } from "./message-queue.ts";
import type { MarkedOrder, PendingNotification } from "./message-rows.ts";
import { toRandomChoice } from "./message-random-choice.ts";
import { SALESFORCE_TIMING, toRetryMs, type MessageTiming } from "./message-timing.ts";
import { MessageWork } from "./message-work.ts";
import { DEFAULT_MESSAGE_FIELDS } from "./message-xml.ts";
import type { Org } from "./org.ts";

/** What a sender needs. */
export interface MessageSenderOptions {
  readonly org: Org;
  readonly state: RootDatabase<unknown, Key>;
  readonly faults: SenderFaults;
  /** An http address; null: notifications wait, and age. */
  readonly endpoint: () => string | null;
  /** The order's fields in the message, beside Id. */
  readonly fields?: readonly string[];
  readonly now?: () => Date;
  readonly timing?: MessageTiming;
  /** 0 up to 1, like Math.random. */
  readonly random?: () => number;
  readonly log?: (level: "debug" | "info" | "warn" | "error", message: string) => void;
}

/** Sends between `start()` and `stop()`; queues saves from its creation on. */
export interface MessageSender {
  start(): void;
  /** Lets messages under way end, within bounds; what was not acknowledged stays queued. */
  stop(): Promise<void>;
  overview(): MessageOverview;
  /** Tries again at once whatever waits; also for an endpoint that has just become known. */
  retryNow(): void;
}

const MOST_NOTIFICATIONS = 100;
const MOST_IN_FLIGHT = 5;
const LONGEST_STOP_MS = 5_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Opens the queue in `state` and listens to the org. */
export function createMessageSender(options: MessageSenderOptions): MessageSender {
  return new Sender(options);
}

class Sender implements MessageSender {
  readonly #o: Required<MessageSenderOptions>;
  readonly #queue: MessageQueue;
  readonly #work = new MessageWork(
    (error) => this.#fail(error),
    () => this.#wake(),
  );
  readonly #stopping = new AbortController();
  readonly #latest = new LatestMessages();
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;
  #phase: "created" | "started" | "stopped" = "created";

  constructor(options: MessageSenderOptions) {
    this.#o = {
      fields: DEFAULT_MESSAGE_FIELDS,
      now: () => new Date(),
      timing: SALESFORCE_TIMING,
      random: Math.random,
      log: () => {},
      ...options,
    };
    this.#queue = new MessageQueue(options.state, this.#nowMs());
    options.org.onSave(({ ids }) => this.#add(() => markOrders(options.org, ids)));
  }

  start(): void {
    if (this.#phase !== "created") return;
    this.#phase = "started";
    this.#add(() => findMissedOrders(this.#o.org, this.#queue));
  }

  async stop(): Promise<void> {
    this.#phase = "stopped";
    clearTimeout(this.#timer);
    const end = setTimeout(() => this.#stopping.abort(new Error("The sender stopped")), LONGEST_STOP_MS);
    await this.#work.settle();
    clearTimeout(end);
  }

  overview(): MessageOverview {
    return toOverview(this.#queue, this.#inFlight, this.#latest);
  }

  retryNow(): void {
    if (this.#phase === "started") this.#work.add(() => this.#queue.makeDue(this.#nowMs()));
  }

  #nowMs(): number {
    return this.#o.now().getTime();
  }

  #add(find: () => MarkedOrder[]): void {
    if (this.#phase === "stopped") return;
    const { timing, faults } = this.#o;
    this.#work.add(async () => {
      const nowMs = this.#nowMs();
      const orders = find();
      if (orders.length > 0) {
        await this.#queue.add(orders, nowMs, nowMs + timing.batchAfterMs + faults.extraDelayMs);
      }
    });
  }

  #wake(): void {
    try {
      if (this.#phase === "started") this.#doWhatIsDue();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#o.log("error", `The queue of outbound messages failed: ${String(error)}`);
  }

  #doWhatIsDue(): void {
    const { timing, endpoint } = this.#o;
    const nowMs = this.#nowMs();
    const oldest = this.#queue.oldestQueuedAtMs("notTaken");
    const isTooOld = oldest !== undefined && oldest + timing.giveUpAfterMs <= nowMs;
    if (isTooOld) return this.#work.add(() => this.#drop(nowMs));
    const address = endpoint();
    if (address !== null) this.#sendDue(address, nowMs);
    this.#setTimer(nowMs, address !== null);
  }

  #sendDue(endpoint: string, nowMs: number): void {
    const { faults, timing, random } = this.#o;
    while (this.#inFlight < MOST_IN_FLIGHT && (this.#queue.nextDueAtMs() ?? Infinity) <= nowMs) {
      const choice = faults.reorder ? toRandomChoice(random) : undefined;
      this.#send(endpoint, this.#queue.take(nowMs + timing.batchAfterMs, MOST_NOTIFICATIONS, choice));
    }
  }

  #setTimer(nowMs: number, hasEndpoint: boolean): void {
    clearTimeout(this.#timer);
    const oldest = this.#queue.oldestQueuedAtMs("notTaken");
    if (oldest === undefined) return;
    const { firstRetryMs, giveUpAfterMs } = this.#o.timing;
    // A full house is woken by the first message that ends.
    const isFull = this.#inFlight >= MOST_IN_FLIGHT;
    const dueAtMs = isFull ? Infinity : (this.#queue.nextDueAtMs() ?? Infinity);
    const sendAtMs = hasEndpoint ? dueAtMs : Math.max(dueAtMs, nowMs + firstRetryMs);
    const waitMs = Math.max(0, Math.min(sendAtMs, oldest + giveUpAfterMs) - nowMs);
    this.#timer = setTimeout(() => this.#wake(), Math.min(waitMs, LONGEST_TIMER_MS));
  }

  async #drop(nowMs: number): Promise<void> {
    const dropped = await this.#queue.dropOlder(nowMs - this.#o.timing.giveUpAfterMs, nowMs);
    this.#o.log("warn", `${dropped} notifications were dropped: nobody acknowledged them in time`);
  }

  #send(endpoint: string, taken: PendingNotification[]): void {
    this.#inFlight += 1;
    this.#work.add(async () => {
      try {
        await this.#deliver(endpoint, taken);
      } finally {
        this.#inFlight -= 1;
      }
    });
  }

  /** When this throws, the queue could not be written: what was taken waits for the next start. */
  async #deliver(endpoint: string, taken: PendingNotification[]): Promise<void> {
    const { log, timing } = this.#o;
    const startMs = this.#nowMs();
    const { verdict, repeat } = await deliverMessage(this.#o, endpoint, taken, this.#stopping.signal);
    const endMs = this.#nowMs();
    if (verdict.acknowledged) {
      await this.#queue.acknowledge(taken);
    } else if (this.#stopping.signal.aborted) {
      return this.#queue.giveBack(taken);
    } else {
      await this.#queue.fail(taken, verdict.reason, (failures) => endMs + toRetryMs(failures, timing));
      log("warn", `An outbound message of ${taken.length} notifications failed: ${verdict.reason}`);
    }
    this.#latest.add(verdict, taken.length, startMs, endMs);
    await repeat?.();
  }
}
