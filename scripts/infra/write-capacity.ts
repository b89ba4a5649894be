/** docs/azure-capacity.md, made from the figures. */
import {
  LIMITS,
  toBounds,
  toIdleCosts,
  toOrderCosts,
  toReadyRate,
  toScopeRate,
  type CapacityInput,
  type Cost,
} from "./capacity.ts";

/** The whole page. */
export function writeCapacity(input: CapacityInput): string {
  return [
    "# What each preset carries and costs",
    "",
    "Made by `npx vitest run test/infra/capacity.test.ts -u` from infra/presets.json, infra/measured-costs.json and",
    "infra/prices.json; the steps are in scripts/infra/capacity.ts. Nothing here was measured on Azure: counts come from",
    `\`${input.measured.source}\` (${input.measured.measured}), limits from Microsoft's pages, and CPU from a machine that is not Azure's.`,
    input.measured.note,
    "",
    ...writePresets(input),
    ...writeSummary(input),
    ...writeSteps(input),
    ...writeCosts(input),
    ...writePrices(input),
  ].join("\n");
}

function writePresets({ presets }: CapacityInput): string[] {
  const rows = Object.entries(presets).map(([name, preset]) => [
    name,
    `${preset.alwaysReadyDurable} to ${preset.maximumInstanceCount} × ${preset.instanceMemoryMB} MB`,
    `${preset.signalRUnits}`,
    count(preset.signalRUnits * LIMITS.connectionsPerUnit),
    `${preset.dailyLogGb} GB a day`,
  ]);
  return [
    "## Presets",
    "",
    ...table(["preset", "instances", "SignalR units", "people connected at once", "logs at most"], rows),
    "",
  ];
}

function writeSummary({ presets, measured }: CapacityInput): string[] {
  const rows = Object.entries(presets).flatMap(([name, preset]) =>
    measured.orders.map((order) => {
      const [first, second] = toBounds(preset, order);
      return [
        name,
        count(order.recipients),
        rate(first?.ordersPerSecond),
        count(Math.floor((first?.ordersPerSecond ?? 0) * order.recipients)),
        first?.part ?? "",
        `${second?.part} (${rate(second?.ordersPerSecond)})`,
        rate(toReadyRate(preset, order)),
        rate(toScopeRate(order)),
      ];
    }),
  );
  return [
    "## Capacity",
    "",
    ...table(
      [
        "preset",
        "people per order",
        "orders/s",
        "people/s",
        "saturates first",
        "then",
        "orders/s before scaling out",
        "orders/s of one scope",
      ],
      rows,
    ),
    "",
    "What is beyond waits in queues and is told later; nothing is lost. Before scaling out: what the always-ready instances",
    "do alone, by CPU. Of one scope: when all orders are of one account, say; its subscriptions are one table partition that",
    "is read for each order (2,000 rows a second ÷ people), whatever the preset. To a group one push goes out however many members it has, so that SignalR's bound is far off there.",
    "",
  ];
}

function writeSteps({ presets, measured }: CapacityInput): string[] {
  return [
    "## Step by step",
    "",
    ...Object.entries(presets).flatMap(([name, preset]) =>
      measured.orders.flatMap((order) => [
        `${name}, ${count(order.recipients)} people per order:`,
        "",
        ...table(
          ["part", "how", "orders/s"],
          toBounds(preset, order).map(({ part, sum, ordersPerSecond }) => [part, sum, rate(ordersPerSecond)]),
        ),
        "",
      ]),
    ),
    "Limits: 200 pushes to people a second and 1,000 connections for each SignalR unit",
    "(learn.microsoft.com/azure/azure-signalr/signalr-concept-performance, send to user through REST API); 20,000 requests a",
    "second for a storage account, 2,000 rows for a table partition, 2,000 messages for a queue",
    "(learn.microsoft.com/azure/storage, scalability targets); 100 activities a second for an instance",
    "(durable-functions-azure-storage-provider, performance targets: with extended sessions, which JavaScript lacks);",
    "4 control queues by default, up to 16; cores by memory, 40 to 1,000 instances and 250 cores for a subscription and",
    "region (flex-consumption-plan). An order with R people runs 1 + ⌈R/100⌉ activities and receives one message more.",
    "",
  ];
}

function writeCosts({ presets, measured, prices }: CapacityInput): string[] {
  const costs = (list: Cost[]) => [
    ...list.map(({ part, sum, usd }) => [part, sum, money(usd)]),
    ["together", "", money(list.reduce((total, { usd }) => total + usd, 0))],
  ];
  const [preset] = Object.values(presets);
  return [
    "## Costs, USD",
    "",
    ...Object.entries(presets).flatMap(([name, one]) => [
      `${name}, a month without orders (logs, storage of data and traffic not counted; logs at most ${money(one.dailyLogGb * 30 * prices.logGb.usd)}):`,
      "",
      ...table(["part", "how", "USD"], costs(toIdleCosts(one, prices))),
      "",
    ]),
    ...measured.orders.flatMap((order) => [
      `A million orders to ${count(order.recipients)} people each, on top:`,
      "",
      ...table(["part", "how", "USD"], costs(toOrderCosts(order, prices, preset?.instanceMemoryMB ?? 2_048))),
      "",
    ]),
    `SignalR includes 1,000,000 messages a day for each unit (one message per person connected and 2 KB); beyond, ${money(prices.signalRMillionMessages.usd)} per million.`,
    "Flex Consumption bills the time that an instance is active, at least a second each time: orders far apart cost more than",
    "their CPU. Always-ready instances run at a lower price for execution, which is not counted here.",
    "",
  ];
}

function writePrices({ prices }: CapacityInput): string[] {
  const rows = Object.values(prices).map(({ usd, per, source }) => [
    String(usd),
    per,
    source ?? "**unverified**: no page at hand names it",
  ]);
  return [
    "## Prices",
    "",
    "List prices in USD, United States, before tax. Put your region's into infra/prices.json and run the command above.",
    "",
    ...table(["USD", "for", "source"], rows),
    "",
  ];
}

function table(head: string[], rows: string[][]): string[] {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function rate(value = 0): string {
  return value >= 10 ? count(Math.floor(value)) : String(Math.floor(value * 10) / 10);
}

function money(usd: number): string {
  return usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
