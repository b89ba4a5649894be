/**
 * The Functions host: loads any app of programming model v4 in this process and runs its functions.
 *
 * One process runs one app: `@azure/functions` binds itself to the process it is loaded in.
 */
import type { Hono } from "hono";
import type { HostKeys } from "./authorize-request.ts";
import {
  findUnsupported,
  type BindingEnvironment,
  type DurableClientSource,
} from "./bindings/function-bindings.ts";
import type { HostJson } from "./host-json.ts";
import { createHttpApp, toHttpFunction, type HttpFunction } from "./http-trigger.ts";
import { toLogEntry, type HostLog } from "./host-log.ts";
import { FunctionNotRunningError, Invocations } from "./invocations.ts";
import type { Trigger } from "./invoke-function.ts";
import { loadApp } from "./load-app.ts";
import { isType, type LoadedFunction } from "./loaded-function.ts";
import { RouteTable } from "./route-table.ts";

export type { LoadedFunction } from "./loaded-function.ts";

const NOT_STARTED_YET = ["timerTrigger", "entityTrigger"];

/** What a host needs. */
export interface FunctionsHostOptions {
  appFolder: string;
  /** The merged app settings; they are put into `process.env` before the app loads. */
  settings: Record<string, string>;
  hostJson: HostJson;
  keys: HostKeys;
  durableClient?: DurableClientSource;
  log: HostLog;
}

/** A running Functions host. */
export interface FunctionsHost {
  /** Every registered function, those this host cannot run included. */
  readonly functions: readonly LoadedFunction[];
  /** All HTTP triggers, with routePrefix of host.json, auth levels and keys. */
  readonly http: Hono;
  /**
   * Runs a function with this trigger input; resolves to its return value after its output bindings were written,
   * rejects with what the handler threw.
   */
  invoke(name: string, trigger: { text: string | null; metadata?: Record<string, string> }): Promise<unknown>;
  /** True when this host runs a function of that name and trigger type; letter case does not matter. */
  has(triggerType: string, name: string): boolean;
  /** Refuses new invocations, waits for running ones (bounded), runs the appTerminate hooks. */
  stop(): Promise<void>;
}

/** Loads the app and starts its functions; rejects when the app cannot be loaded. */
export async function createFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { settings, hostJson, keys, log } = options;
  Object.assign(process.env, settings);
  const app = await loadApp(options.appFolder, (line) => log(toLogEntry(line, "Worker")));
  const environment: BindingEnvironment = { settings: process.env, durableClient: options.durableClient };
  const functions = [...app.core.registrations.values()].map(({ loaded }) => loaded);
  const started = new Map<string, LoadedFunction>();
  const routes = new RouteTable<HttpFunction>();
  for (const fn of functions) {
    try {
      startFunction(fn, routes, hostJson.extensions.http.routePrefix, environment, log);
      started.set(fn.name.toLowerCase(), fn);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log({
        level: "error",
        category: "Host",
        functionName: fn.name,
        message: `'${fn.name}' is not started: ${reason}`,
      });
    }
  }
  const invocations = new Invocations(app, environment, log);
  return {
    functions,
    http: createHttpApp({ routes, keys, run: (fn, trigger) => invocations.run(fn, trigger) }),
    has: (triggerType, name) => {
      const fn = started.get(name.toLowerCase());
      return fn !== undefined && isType(fn.trigger, triggerType);
    },
    invoke: async (name, trigger) => {
      const fn = started.get(name.toLowerCase());
      if (fn === undefined) throw new FunctionNotRunningError(name, "this host does not run it");
      return (await invocations.run(fn, toTextTrigger(fn.name, trigger))).returnValue;
    },
    stop: () => invocations.stop(),
  };
}

/** Checks that the function can run here and makes it reachable; throws the reason why not. */
function startFunction(
  fn: LoadedFunction,
  routes: RouteTable<HttpFunction>,
  routePrefix: string,
  environment: BindingEnvironment,
  log: HostLog,
): void {
  if (/^(true|1)$/i.test(environment.settings[`AzureWebJobs.${fn.name}.Disabled`] ?? "")) {
    throw new Error(`the app setting 'AzureWebJobs.${fn.name}.Disabled' disables it`);
  }
  const unsupported = findUnsupported(fn, environment);
  if (unsupported !== null) throw new Error(unsupported);
  const tell = (message: string): void =>
    log({ level: "info", category: "Host", functionName: fn.name, message });
  const http = toHttpFunction(fn, routePrefix);
  if (http !== null) {
    routes.add(http.route, http.methods, http);
    tell(`${fn.name}: [${http.methods?.join(",") ?? "all"}] /${http.route}`);
  } else if (NOT_STARTED_YET.some((type) => isType(fn.trigger, type))) {
    tell(`${fn.name}: its ${fn.trigger.type} is not started yet by the local runtime`);
  } else {
    tell(`${fn.name}: ${fn.trigger.type}`);
  }
}

function toTextTrigger(
  functionName: string,
  trigger: { text: string | null; metadata?: Record<string, string> },
): Trigger {
  const metadata = trigger.metadata ?? {};
  return {
    input: trigger.text === null ? {} : { string: trigger.text },
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, { string: value }])),
    data: { functionName, values: metadata, triggerText: () => trigger.text },
  };
}
