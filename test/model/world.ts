/**
 * One world of the model: a Salesforce organisation, two workers of the app with the real use cases, activities and
 * orchestrator in them, storage in memory, Durable Functions, and a clock of its own.
 */
import { type Chance, createChance } from "./chance.ts";
import { createDurableFunctions, type DurableFunctions } from "./durable-functions.ts";
import type { FaultRate } from "./function-instance.ts";
import { createOutboundSender, type OutboundSender } from "./outbound-sender.ts";
import { createPolledSalesforce, type CursorKind, type PolledSalesforce } from "./polled-salesforce.ts";
import { createSalesforceOrders, type SalesforceOrders } from "./salesforce-orders.ts";
import { createVirtualTime, useVirtualTime, type VirtualTime } from "./virtual-time.ts";
import { createWorker, type Protection, type Worker } from "./worker.ts";
import { createWorldStorage, type WorldStorage } from "./world-storage.ts";

/** What makes one world differ from another. */
export interface WorldSpec {
  seed: number;
  /** How many dice are thrown before everything goes well. */
  throws: number;
  faultRate: FaultRate;
  cursor: CursorKind;
  shortIds: boolean;
  without?: Protection | undefined;
  /** When the world begins; some morning otherwise (ms). */
  startAt?: number;
  leapSecondAt?: number;
}

/** The world, and what can be done to it. */
export interface World {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly orders: SalesforceOrders;
  readonly sender: OutboundSender;
  readonly salesforce: PolledSalesforce;
  readonly durable: DurableFunctions;
  readonly storage: WorldStorage;
  /** The names of all activities that were begun. */
  readonly executions: readonly string[];
  /** Posts a message to some worker; false without an Ack. */
  post(bytes: Uint8Array): Promise<boolean>;
  poll(): Promise<void>;
  reconcile(): Promise<void>;
  /** Kills a worker; another takes its place. */
  kill(): void;
}

/** Salesforce gives up a message that is not answered for so long (ms). */
const POST_TIMEOUT_MS = 60_000;
/** Some morning (ms). */
export const WORLD_START = Date.parse("2026-11-22T10:00:00.000Z");

/** Makes a world in which nothing has happened yet. */
export function createWorld(spec: WorldSpec): World {
  const time = createVirtualTime(spec.startAt ?? WORLD_START);
  useVirtualTime(time);
  const chance = createChance(spec.seed, spec.throws);
  const orders = createSalesforceOrders(time, spec.leapSecondAt);
  const salesforce = createPolledSalesforce({ time, chance, orders, cursor: spec.cursor });
  const storage = createWorldStorage(time);
  const startWorker = (): Worker =>
    createWorker({
      time,
      chance,
      salesforce,
      storage,
      durable: () => durable,
      faultRate: spec.faultRate,
      without: spec.without,
    });
  const workers = [startWorker(), startWorker()];
  const pickWorker = (): Worker => {
    for (const [index, { instance }] of workers.entries())
      if (instance.isDead) workers[index] = startWorker();
    return workers[chance.pick(workers.length)]!;
  };
  const executions: string[] = [];
  const durable: DurableFunctions = createDurableFunctions({
    time,
    chance,
    runActivity(name, input) {
      const worker = pickWorker();
      executions.push(name);
      return { result: worker.runActivity(name, input), death: worker.instance.death };
    },
  });
  const post = async (bytes: Uint8Array): Promise<boolean> => {
    const { instance, take } = pickWorker();
    return Promise.race([
      take(bytes).then(
        () => true,
        () => false,
      ),
      instance.death.then(() => false),
      time.sleep(POST_TIMEOUT_MS).then(() => false),
    ]);
  };
  let polling: Worker | undefined;
  return {
    time,
    chance,
    orders,
    salesforce,
    durable,
    executions,
    storage,
    sender: createOutboundSender({ time, chance, orders, post, shortIds: spec.shortIds }),
    post,
    async poll() {
      // A timer waits for its last run, unless the lock on it got lost.
      if (polling !== undefined && !polling.instance.isDead && !chance.oneIn(10)) return;
      const worker = pickWorker();
      polling = worker;
      await Promise.race([worker.poll().catch(() => undefined), worker.instance.death]);
      if (polling === worker) polling = undefined;
    },
    async reconcile() {
      const worker = pickWorker();
      await Promise.race([worker.reconcile().catch(() => undefined), worker.instance.death]);
    },
    kill: () => pickWorker().instance.kill(),
  };
}
