/**
 * The Functions host: loads any app of programming model v4 in this process and runs its functions.
 *
 * One process runs one app: `@azure/functions` binds itself to the process it is loaded in.
 */
import { Hono } from "hono";
import { createAdminApi, type ManualRun } from "./admin-api.ts";
import type { HostKeys } from "./authorize-request.ts";
import {
  findUnsupported,
  type BindingEnvironment,
  type DurableClientSource,
} from "./bindings/function-bindings.ts";
import { type FunctionOverview, type FunctionState, toFunctionOverview } from "./function-overview.ts";
import type { HostJson } from "./host-json.ts";
import { createHttpApp, toHttpFunction, type HttpFunction } from "./http-trigger.ts";
import { toLogEntry, type HostLog } from "./host-log.ts";
import { findStorageRefusal } from "./identity-connections.ts";
import { FunctionNotRunningError, Invocations } from "./invocations.ts";
import { loadApp } from "./load-app.ts";
import { isType, type LoadedFunction } from "./loaded-function.ts";
import { RouteTable } from "./route-table.ts";
import type { ScheduleStatuses } from "./timers/schedule-status.ts";
import { toTextTrigger, toTimerTrigger, type TextTrigger } from "./text-trigger.ts";
import { TimerListener } from "./timers/timer-listener.ts";
import { toTimerFunction } from "./timers/timer-trigger.ts";

export type { LoadedFunction } from "./loaded-function.ts";

/** What a host needs. */
export interface FunctionsHostOptions {
  appFolder: string;
  /** The merged app settings; they are put into `process.env` before the app loads. */
  settings: Record<string, string>;
  hostJson: HostJson;
  keys: HostKeys;
  durableClient?: DurableClientSource;
  /** Where the schedules of timers are remembered; their owner closes them after the host. */
  scheduleStatuses: ScheduleStatuses;
  log: HostLog;
}

/** A running Functions host. */
export interface FunctionsHost {
  /** Every registered function, those this host cannot run included. */
  readonly functions: readonly LoadedFunction[];
  /** The programming model the app was written with: `@azure/functions` and its version. */
  readonly model: { readonly name: string; readonly version: string };
  /** All HTTP triggers, with routePrefix of host.json, auth levels and keys; and `/admin/functions/{name}`. */
  readonly http: Hono;
  /**
   * Runs a function with this trigger input; resolves to its return value after its output bindings were written,
   * rejects with what the handler threw.
   */
  invoke(name: string, trigger: TextTrigger): Promise<unknown>;
  /** True when this host runs a function of that name and trigger type; letter case does not matter. */
  has(triggerType: string, name: string): boolean;
  /** What is loaded, how it is reached, and what is not started and why. */
  overview(): FunctionOverview[];
  /** Lets timers run; everything else runs as soon as it is asked to. */
  start(): Promise<void>;
  /** Starts no more runs of timers; what else is asked for still runs. */
  stopTimers(): void;
  /** Refuses new invocations, waits for running ones (bounded), runs the appTerminate hooks. */
  stop(): Promise<void>;
}

/** Loads the app and makes its functions ready; rejects when the app cannot be loaded. */
export async function createFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { settings, hostJson, keys, log } = options;
  Object.assign(process.env, settings);
  const refusal = findStorageRefusal(process.env);
  if (refusal !== null) log({ level: "error", category: "Host", message: refusal });
  const app = await loadApp(options.appFolder, (line) => log(toLogEntry(line, "Worker")));
  const environment: BindingEnvironment = { settings: process.env, durableClient: options.durableClient };
  const invocations = new Invocations(app, environment, hostJson.functionTimeout, log);
  const routes = new RouteTable<HttpFunction>();
  const loader: FunctionLoader = { options, environment, invocations, routes };
  const states = [...app.core.registrations.values()].map(({ loaded }) => loadFunction(loaded, loader));
  const started = new Map(
    states.filter((state) => state.isStarted).map((state) => [state.fn.name.toLowerCase(), state]),
  );
  const timers = [...started.values()].flatMap(({ trigger }) =>
    trigger.kind === "timer" ? [trigger.listener] : [],
  );
  const invokeByText = async (state: FunctionState, trigger: TextTrigger): Promise<unknown> =>
    (await invocations.run(state.fn, toTextTrigger(state.fn.name, trigger))).returnValue;
  const http = new Hono();
  const findManualRun = (name: string): ManualRun | undefined => {
    const state = started.get(name.toLowerCase());
    return state && toManualRun(state, (text) => invokeByText(state, { text }));
  };
  http.route("/", createAdminApi({ keys, find: findManualRun }));
  http.route("/", createHttpApp({ routes, keys, run: (fn, trigger) => invocations.run(fn, trigger) }));
  return {
    functions: states.map(({ fn }) => fn),
    model: { name: app.model.name, version: app.model.version },
    http,
    has: (triggerType, name) => {
      const state = started.get(name.toLowerCase());
      return state !== undefined && isType(state.fn.trigger, triggerType);
    },
    invoke: async (name, trigger) => {
      const state = started.get(name.toLowerCase());
      if (state === undefined) throw new FunctionNotRunningError(name, "this host does not run it");
      return invokeByText(state, trigger);
    },
    overview: () => states.map(toFunctionOverview),
    start: async () => {
      await Promise.all(timers.map((timer) => timer.start()));
    },
    stopTimers: () => timers.forEach((timer) => timer.pause()),
    stop: async () => {
      const drained = invocations.stop();
      await Promise.all([drained, ...timers.map((timer) => timer.stop(drained))]);
    },
  };
}

interface FunctionLoader {
  readonly options: FunctionsHostOptions;
  readonly environment: BindingEnvironment;
  readonly invocations: Invocations;
  readonly routes: RouteTable<HttpFunction>;
}

/** Makes one function reachable, or says in the log why it is not. */
function loadFunction(fn: LoadedFunction, loader: FunctionLoader): FunctionState {
  const tell = (level: "info" | "warn" | "error", message: string): void =>
    loader.options.log({ level, category: "Host", functionName: fn.name, message });
  try {
    if (fn.hasRetryPolicy) tell("warn", `${fn.name}: its retry policy has no effect in the local runtime`);
    return prepareFunction(fn, loader, tell);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    tell("error", `'${fn.name}' is not started: ${reason}`);
    return { isStarted: false, fn, reason };
  }
}

/** Checks that the function can run here and makes it reachable; throws the reason why not. */
function prepareFunction(
  fn: LoadedFunction,
  { options, environment, invocations, routes }: FunctionLoader,
  tell: (level: "info", message: string) => void,
): FunctionState {
  if (/^(true|1)$/i.test(environment.settings[`AzureWebJobs.${fn.name}.Disabled`] ?? "")) {
    throw new Error(`the app setting 'AzureWebJobs.${fn.name}.Disabled' disables it`);
  }
  const unsupported = findUnsupported(fn, environment);
  if (unsupported !== null) throw new Error(unsupported);
  const http = toHttpFunction(fn, options.hostJson.extensions.http.routePrefix);
  if (http !== null) {
    routes.add(http.route, http.methods, http);
    tell("info", `${fn.name}: [${http.methods?.join(",") ?? "all"}] /${http.route}`);
    return { isStarted: true, fn, trigger: { kind: "http", http } };
  }
  const timer = toTimerFunction(fn, environment.settings);
  if (timer !== null) {
    const listener = new TimerListener({
      timer,
      statuses: options.scheduleStatuses,
      invoke: (input) => invocations.run(fn, toTimerTrigger(fn.name, input)),
      log: (level, message) => options.log({ level, category: "Host", functionName: fn.name, message }),
    });
    tell("info", `${fn.name}: timer '${timer.schedule}' (UTC)`);
    return { isStarted: true, fn, trigger: { kind: "timer", timer, listener } };
  }
  tell("info", `${fn.name}: ${fn.trigger.type}`);
  return { isStarted: true, fn, trigger: { kind: "other" } };
}

/** How a started function is run by hand; `invoke` runs one that takes text. */
function toManualRun(
  { fn, trigger }: FunctionState & { isStarted: true },
  invoke: (text: string | null) => Promise<unknown>,
): ManualRun {
  switch (trigger.kind) {
    case "http":
      return { kind: "refused", reason: `'${fn.name}' has an HTTP trigger: call its own URL.` };
    case "timer":
      return { kind: "run", run: () => trigger.listener.runByHand() };
    case "other":
      return { kind: "run", run: invoke };
  }
}
