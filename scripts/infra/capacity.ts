/**
 * What each preset carries and costs, step by step: measured counts of one order (infra/measured-costs.json), the
 * published limits of the services below, list prices (infra/prices.json).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { z } from "zod";

const presetSchema = z.strictObject({
  instanceMemoryMB: z.literal([512, 2048, 4096]),
  maximumInstanceCount: z.int().min(40).max(1_000),
  alwaysReadyDurable: z.int().min(1),
  signalRUnits: z.int().min(1).max(100),
  dailyLogGb: z.int().min(1),
});
const orderSchema = z.strictObject({
  recipients: z.int(),
  storageRequests: z.number(),
  queueRequests: z.number(),
  executions: z.number(),
  cpuMs: z.number(),
});
const measuredSchema = z.strictObject({
  source: z.string(),
  measured: z.iso.date(),
  note: z.string(),
  orders: z.array(orderSchema),
});
const price = z.strictObject({ usd: z.number().positive(), per: z.string(), source: z.string().nullable() });
const pricesSchema = z.record(
  z.enum([
    "signalRUnitMonth",
    "signalRMillionMessages",
    "onDemandGbSecond",
    "alwaysReadyGbSecond",
    "millionExecutions",
    "tenThousandQueueRequests",
    "tenThousandTableRequests",
    "logGb",
  ]),
  price,
);

export type Preset = z.infer<typeof presetSchema>;
/** What one order to so many recipients costs. */
export type OrderCost = z.infer<typeof orderSchema>;
export type Prices = z.infer<typeof pricesSchema>;
/** The three files that the figures are made of. */
export type CapacityInput = {
  presets: Record<string, Preset>;
  measured: z.infer<typeof measuredSchema>;
  prices: Prices;
};

/** Published limits, per second unless said otherwise. */
export const LIMITS = {
  /** learn.microsoft.com/azure/azure-signalr/signalr-concept-performance, "Send to user through REST API". */
  pushesPerUnit: 200,
  /** The same page: connections of a unit. */
  connectionsPerUnit: 1_000,
  /** learn.microsoft.com/azure/storage/common/scalability-targets-standard-account. */
  accountRequests: 20_000,
  /** learn.microsoft.com/azure/storage/tables/scalability-targets. */
  partitionEntities: 2_000,
  /** learn.microsoft.com/azure/storage/queues/scalability-targets. */
  queueMessages: 2_000,
  /** durable-functions-azure-storage-provider#performance-targets: fan-out, per instance. */
  activitiesPerInstance: 100,
  /** Default partitionCount of a task hub: so many control queues, and at most so many instances that run orchestrators. */
  controlQueues: 4,
  /** Partitions of the Inbox table (src/storage/inbox-table.ts). */
  inboxPartitions: 16,
} as const;

/** Recipients of one activity `deliverBatch`. */
const BATCH = 100;
const SECONDS_PER_MONTH = (365 * 24 * 3_600) / 12;
/** learn.microsoft.com/azure/azure-functions/flex-consumption-plan: cores of an instance by its memory. */
const CORES: Record<number, number> = { 512: 0.25, 2048: 1, 4096: 2 };

/** Reads and checks the three files below `root`. */
export function readCapacityInput(root: string): CapacityInput {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(root, "infra", name), "utf8"));
  return {
    presets: z.record(z.string(), presetSchema).parse(read("presets.json")),
    measured: measuredSchema.parse(read("measured-costs.json")),
    prices: pricesSchema.parse(read("prices.json")),
  };
}

/** How many orders a second one part carries, and how that comes about. */
export type Bound = { part: string; ordersPerSecond: number; sum: string };

/** Every part's bound, the tightest first. */
export function toBounds(preset: Preset, order: OrderCost): Bound[] {
  const { recipients, storageRequests, cpuMs } = order;
  const activities = 1 + Math.ceil(recipients / BATCH);
  const cores = CORES[preset.instanceMemoryMB] ?? 1;
  const bound = (part: string, supply: number, demand: number, sum: string) => {
    return { part, ordersPerSecond: supply / demand, sum };
  };
  const pushes = preset.signalRUnits * LIMITS.pushesPerUnit;
  const inbox = LIMITS.inboxPartitions * LIMITS.partitionEntities;
  const control = LIMITS.controlQueues * LIMITS.queueMessages;
  const fanOut = preset.maximumInstanceCount * LIMITS.activitiesPerInstance;
  const cpu = preset.maximumInstanceCount * cores * 1_000;
  return [
    bound("SignalR pushes", pushes, recipients, `${preset.signalRUnits} units × 200 ÷ ${recipients} people`),
    bound("storage account", LIMITS.accountRequests, storageRequests, `20,000 ÷ ${storageRequests} requests`),
    bound("Inbox partitions", inbox, recipients, `16 × 2,000 rows ÷ ${recipients} people`),
    bound("work-item queue", LIMITS.queueMessages, activities, `2,000 ÷ ${activities} activities`),
    bound("control queues", control, activities + 1, `4 × 2,000 ÷ ${activities + 1} messages`),
    bound(
      "activity fan-out",
      fanOut,
      activities,
      `${preset.maximumInstanceCount} instances × 100 ÷ ${activities}`,
    ),
    bound(
      "CPU of all instances",
      cpu,
      cpuMs,
      `${preset.maximumInstanceCount} × ${cores} core × 1,000 ms ÷ ${cpuMs} ms`,
    ),
  ].toSorted((one, other) => one.ordersPerSecond - other.ordersPerSecond);
}

/** The bound when all orders are of one scope, say one account: its subscriptions are one partition, read for each order. */
export function toScopeRate(order: OrderCost): number {
  return LIMITS.partitionEntities / order.recipients;
}

/** How many orders a second the always-ready instances carry, before Azure adds others. */
export function toReadyRate(preset: Preset, order: OrderCost): number {
  const cores = CORES[preset.instanceMemoryMB] ?? 1;
  return (preset.alwaysReadyDurable * cores * 1_000) / order.cpuMs;
}

/** A sum of money and how it comes about; USD a month. */
export type Cost = { part: string; usd: number; sum: string };

/** What a preset costs when nothing happens: polling, waiting, units. */
export function toIdleCosts(preset: Preset, prices: Prices): Cost[] {
  const gb = preset.instanceMemoryMB / 1_024;
  const ready = preset.alwaysReadyDurable;
  // Every instance asks the work-item queue once a second, and each control queue has one owner that asks.
  const polls = (ready + LIMITS.controlQueues) * SECONDS_PER_MONTH;
  return [
    {
      part: "SignalR units",
      usd: preset.signalRUnits * prices.signalRUnitMonth.usd,
      sum: `${preset.signalRUnits} × ${prices.signalRUnitMonth.usd}`,
    },
    {
      part: "always-ready instances",
      usd: ready * gb * SECONDS_PER_MONTH * prices.alwaysReadyGbSecond.usd,
      sum: `${ready} × ${gb} GB × ${SECONDS_PER_MONTH} s × ${prices.alwaysReadyGbSecond.usd}`,
    },
    {
      part: "polling of empty queues, once a second",
      usd: (polls / 10_000) * prices.tenThousandQueueRequests.usd,
      sum: `(${ready} + 4 queues) × ${SECONDS_PER_MONTH} ÷ 10,000 × ${prices.tenThousandQueueRequests.usd}`,
    },
  ];
}

/** What a million orders cost on top; SignalR messages are taken to be within those that the units include. */
export function toOrderCosts(order: OrderCost, prices: Prices, memoryMB: number): Cost[] {
  const tables = order.storageRequests - order.queueRequests;
  const gb = memoryMB / 1_024;
  // At least a second is billed for each time that an instance wakes; at best executions share one.
  const seconds = order.cpuMs / 1_000;
  return [
    {
      part: "executions",
      usd: order.executions * prices.millionExecutions.usd,
      sum: `${order.executions} × ${prices.millionExecutions.usd}`,
    },
    {
      part: "GB-seconds, at least (CPU alone)",
      usd: 1e6 * seconds * gb * prices.onDemandGbSecond.usd,
      sum: `10⁶ × ${seconds} s × ${gb} GB × ${prices.onDemandGbSecond.usd}`,
    },
    {
      part: "requests to queues",
      usd: ((1e6 * order.queueRequests) / 10_000) * prices.tenThousandQueueRequests.usd,
      sum: `10⁶ × ${order.queueRequests} ÷ 10,000 × ${prices.tenThousandQueueRequests.usd}`,
    },
    {
      part: "requests to tables and blobs",
      usd: ((1e6 * tables) / 10_000) * prices.tenThousandTableRequests.usd,
      sum: `10⁶ × ${tables} ÷ 10,000 × ${prices.tenThousandTableRequests.usd}`,
    },
  ];
}
