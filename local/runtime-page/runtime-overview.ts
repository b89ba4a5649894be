/** What is loaded and running, as facts: nothing here is a secret, settings are named and never shown. */
import type { DurableEngine } from "../durable/durable-engine.ts";
import type { RuntimeStatus } from "../durable/runtime-status.ts";
import type { Figure, Ratio } from "../figures/collect-figures.ts";
import type { FunctionOverview } from "../host/function-overview.ts";
import type { FunctionsHost } from "../host/functions-host.ts";
import type { Salesforce } from "../salesforce/start-salesforce.ts";
import type { ConnectionCount } from "../signalr/hub.ts";

/** Counting reads every instance; beyond this many the page says "more than". */
const MOST_INSTANCES = 20_000;

/** Instances by status. */
export interface OrchestrationCounts {
  readonly total: number;
  /** There are more than were counted. */
  readonly isPartial: boolean;
  readonly byStatus: Readonly<Partial<Record<RuntimeStatus, number>>>;
}

/** Everything the runtime's page tells; also its JSON. */
export interface RuntimeOverview {
  readonly url: string;
  readonly appFolder: string;
  readonly dataFolder: string;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  /** Of the process, app and services together but without Azurite (MB). */
  readonly heapMegabytes: number;
  /** By the name of the part. */
  readonly versions: Readonly<Record<string, string>>;
  readonly platformAuth: boolean;
  readonly corsOrigins: readonly string[];
  readonly functions: readonly FunctionOverview[];
  readonly taskHub: string;
  readonly orchestrations: OrchestrationCounts;
  /** Null: the local SignalR service is not running. */
  readonly signalR: { readonly url: string; readonly hubs: readonly ConnectionCount[] } | null;
  /** Null: there is no simulated Salesforce org. Messages are counted in notifications. */
  readonly salesforce: {
    readonly url: string;
    readonly orders: number;
    readonly pending: number;
    readonly acknowledged: number;
    readonly dropped: number;
  } | null;
  readonly settingNames: readonly string[];
  /** What the app measures. */
  readonly figures: readonly Figure[];
  /** Null: nothing to divide by yet. */
  readonly ratios: readonly { readonly name: string; readonly value: number | null }[];
}

/** What an overview is made from. */
export interface RuntimeParts {
  readonly host: FunctionsHost;
  readonly engine: DurableEngine;
  /** Tells the local SignalR service and its hubs as they are now; null when it is not running. */
  readonly signalR: () => RuntimeOverview["signalR"];
  /** Tells how the simulated Salesforce org stands now; null when there is none. */
  readonly salesforce: () => RuntimeOverview["salesforce"];
  readonly startedAt: Date;
  readonly figures: () => readonly Figure[];
  readonly ratios: readonly Ratio[];
  readonly facts: Pick<
    RuntimeOverview,
    | "url"
    | "appFolder"
    | "dataFolder"
    | "versions"
    | "platformAuth"
    | "corsOrigins"
    | "taskHub"
    | "settingNames"
  >;
}

/** Takes stock. */
export function toRuntimeOverview({
  host,
  engine,
  signalR,
  salesforce,
  startedAt,
  figures: readFigures,
  ratios,
  facts,
}: RuntimeParts): RuntimeOverview {
  const figures = readFigures();
  return {
    ...facts,
    settingNames: facts.settingNames.toSorted((a, b) => a.localeCompare(b)),
    startedAt: startedAt.toISOString(),
    heapMegabytes: Math.round(process.memoryUsage().heapUsed / 1_048_576),
    uptimeSeconds: Math.floor((Date.now() - startedAt.getTime()) / 1000),
    functions: host.overview(),
    orchestrations: countOrchestrations(engine),
    signalR: signalR(),
    salesforce: salesforce(),
    figures,
    ratios: ratios.map((ratio) => ({ name: ratio.name, value: divide(ratio, figures) })),
  };
}

function divide({ of, per }: Ratio, figures: readonly Figure[]): number | null {
  const [above = 0, below = 0] = [of, per].map((name) => figures.find((one) => one.name === name)?.total);
  return below === 0 ? null : Math.round((above / below) * 10) / 10;
}

function countOrchestrations(engine: DurableEngine): OrchestrationCounts {
  const { instances, continueAfter } = engine.listInstances({}, MOST_INSTANCES, null);
  const byStatus: Partial<Record<RuntimeStatus, number>> = {};
  for (const { runtimeStatus } of instances) byStatus[runtimeStatus] = (byStatus[runtimeStatus] ?? 0) + 1;
  return { total: instances.length, isPartial: continueAfter !== null, byStatus };
}

/** How the simulated org stands now. */
export function toSalesforceOverview({ url, org, sender }: Salesforce): RuntimeOverview["salesforce"] {
  const { pending, acknowledged, dropped } = sender.overview();
  return { url, orders: org.countOrders(), pending, acknowledged, dropped };
}
