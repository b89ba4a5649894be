/** What each preset carries and costs; writes docs/azure-capacity.md with `-u`. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  readCapacityInput,
  toBounds,
  toIdleCosts,
  toOrderCosts,
  toScopeRate,
} from "../../scripts/infra/capacity.ts";
import { writeCapacity } from "../../scripts/infra/write-capacity.ts";
import { ROOT } from "./resource-types-folder.ts";

const input = readCapacityInput(ROOT);
const order = { recipients: 100, storageRequests: 50, queueRequests: 10, executions: 6, cpuMs: 250 };
const preset = {
  instanceMemoryMB: 2_048,
  maximumInstanceCount: 40,
  alwaysReadyDurable: 1,
  signalRUnits: 1,
  dailyLogGb: 1,
} as const;

describe("the capacity of a preset", () => {
  it("is what the part carries that saturates first", () => {
    const bounds = toBounds(preset, order);
    expect(bounds[0]).toMatchObject({ part: "SignalR pushes", ordersPerSecond: 2 });
    expect(bounds.find(({ part }) => part === "storage account")?.ordersPerSecond).toBe(400);
    expect(bounds.find(({ part }) => part === "work-item queue")?.ordersPerSecond).toBe(1_000);
    expect(bounds.find(({ part }) => part === "CPU of all instances")?.ordersPerSecond).toBe(160);
  });

  it("grows with SignalR units until something else is tighter", () => {
    const [first] = toBounds({ ...preset, signalRUnits: 100 }, order);
    expect(first).toMatchObject({ part: "CPU of all instances", ordersPerSecond: 160 });
  });

  it("does not help where all orders are of one scope", () => {
    expect(toScopeRate(order)).toBe(20);
  });

  it("costs, when idle, units, waiting instances and polling", () => {
    const costs = toIdleCosts(preset, input.prices);
    expect(costs.map(({ part }) => part)).toEqual([
      "SignalR units",
      "always-ready instances",
      "polling of empty queues, once a second",
    ]);
    expect(costs[1]?.usd).toBeCloseTo(2 * 2_628_000 * input.prices.alwaysReadyGbSecond.usd);
  });

  it("costs for a million orders what they run and ask for", () => {
    const [executions, seconds, queues, tables] = toOrderCosts(order, input.prices, 2_048);
    expect(executions?.usd).toBeCloseTo(6 * input.prices.millionExecutions.usd);
    expect(seconds?.usd).toBeCloseTo(500_000 * input.prices.onDemandGbSecond.usd);
    expect(queues?.usd).toBeCloseTo(1_000 * input.prices.tenThousandQueueRequests.usd);
    expect(tables?.usd).toBeCloseTo(4_000 * input.prices.tenThousandTableRequests.usd);
  });

  it("stands in the documents as it is computed", async () => {
    await expect(writeCapacity(input)).toMatchFileSnapshot(join(ROOT, "docs/azure-capacity.md"));
  });

  it("grows from preset to preset", () => {
    const rates = Object.values(input.presets).map((one) => toBounds(one, order)[0]?.ordersPerSecond ?? 0);
    expect(rates).toEqual(rates.toSorted((one, other) => one - other));
    expect(Object.keys(input.presets)).toEqual(["small", "medium", "large"]);
  });
});
