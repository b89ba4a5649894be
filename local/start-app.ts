/** Loads the app and starts the Durable engine under it. The two need each other: the engine runs functions, functions call the engine. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { RootDatabase } from "lmdb";
import type { Closers } from "./closers.ts";
import { toDurableClientPayload } from "./durable/durable-client-payload.ts";
import { createDurableEngine, type DurableEngine } from "./durable/durable-engine.ts";
import type { DurableFaults } from "./durable/durable-faults.ts";
import { createDurableHttpApi } from "./durable/durable-http-api.ts";
import { type HostKeys, isAuthorized, readKey } from "./host/authorize-request.ts";
import { createFunctionsHost, type FunctionsHost } from "./host/functions-host.ts";
import type { HostJson } from "./host/host-json.ts";
import { type HostLog, toPartLog } from "./host/host-log.ts";
import { MAX_BODY_BYTES } from "./host/http-trigger.ts";
import { openScheduleStatuses } from "./host/timers/schedule-status.ts";
import { listen } from "./listen.ts";
import { loopbackOnly, programsOnly } from "./loopback-only.ts";

/** What an app is started with. */
export interface AppOptions {
  readonly app: string;
  readonly hostJson: HostJson;
  readonly settings: Record<string, string>;
  readonly keys: HostKeys;
  readonly state: RootDatabase;
  readonly log: HostLog;
  readonly closers: Closers;
  /** Where the app is served. */
  readonly url: string;
  readonly faults: DurableFaults | undefined;
}

/** A loaded app with its engine. */
export interface StartedApp {
  readonly host: FunctionsHost;
  readonly engine: DurableEngine;
  readonly taskHub: string;
  /** What stands below `/runtime/webhooks`: the Durable management API, for who holds the system key. */
  readonly webhooks: Hono;
}

/** Loads the app and starts the engine, which gets a loopback address of its own for the app's durable clients. */
export async function startApp(o: AppOptions): Promise<StartedApp> {
  const { durableTask } = o.hostJson.extensions;
  const taskHub = durableTask.hubName ?? "TestHubName";
  const hub = { taskHub, connection: "Storage", systemKey: o.keys.system };
  let host: FunctionsHost | undefined = undefined;
  const loaded = (): FunctionsHost => {
    if (host === undefined) throw new Error("The app is not loaded yet.");
    return host;
  };
  const engine: DurableEngine = createDurableEngine({
    ...durableTask,
    state: o.state,
    functions: {
      has: (kind, name) => loaded().has(`${kind === "orchestrator" ? "orchestration" : kind}Trigger`, name),
      runOrchestrator: (name, instanceId, text) => loaded().invoke(name, { text, metadata: { instanceId } }),
      runActivity: (name, instanceId, text) => loaded().invoke(name, { text, metadata: { instanceId } }),
    },
    ...(o.faults && { faults: o.faults }),
    log: toPartLog(o.log, "Durable"),
  });
  const createApi = (baseUrl: (requestUrl: string) => string) =>
    createDurableHttpApi({ engine, baseUrl, ...hub });
  const toHubUrl = (requestUrl: string) => `${new URL(requestUrl).origin}/runtime/webhooks/durabletask`;
  const rpc = new Hono();
  rpc.use(loopbackOnly, programsOnly);
  rpc.route(
    "/durabletask",
    createApi(() => toHubUrl(o.url)),
  );
  const rpcServer = await listen(rpc, 0);
  o.closers.add(rpcServer.close);

  const rpcBaseUrl = `${rpcServer.url}/durabletask/`;
  host = await createFunctionsHost({
    appFolder: o.app,
    settings: o.settings,
    hostJson: o.hostJson,
    keys: o.keys,
    durableClient: () => toDurableClientPayload({ hostUrl: o.url, rpcBaseUrl, ...hub }),
    scheduleStatuses: openScheduleStatuses(o.state),
    log: o.log,
  });
  const { stop, stopTimers } = host;
  o.closers.add(stop);
  engine.start();
  o.closers.add(() => engine.stop());
  // First of all: a timer may start orchestrations.
  o.closers.add(stopTimers);
  return { host, engine, taskHub, webhooks: requireSystemKey(createApi(toHubUrl), o.keys) };
}

/**
 * What extensions answer below `/runtime/webhooks` is for those who hold the system key, as on Azure; the host answers
 * others with a bare 401, also where no extension listens (SignalR's does only for an app with a SignalR trigger).
 */
function requireSystemKey(durable: Hono, keys: HostKeys): Hono {
  const guarded = new Hono();
  guarded.use(async (c, next) => {
    // Locally the key is no secret, so a page of the web must not use it through the browser.
    const origin = c.req.header("origin");
    if (origin !== undefined && origin !== new URL(c.req.url).origin) return c.body(null, 403);
    const key = readKey(c.req.raw.headers, new URL(c.req.url).searchParams);
    return isAuthorized("system", key, keys) ? next() : c.body(null, 401);
  });
  guarded.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.body(null, 413) }));
  guarded.route("/durabletask", durable);
  return guarded;
}
