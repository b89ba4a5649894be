/**
 * The one door of the local runtime: everything that Azure would put around the app, started in this process
 * (tables in a child process of their own). Requests are answered 503 until all of it is ready.
 */
import { join, resolve } from "node:path";
import { Hono } from "hono";
import { createAppServiceAuth } from "./auth/app-service-auth.ts";
import { readAuthConfig } from "./auth/auth-config.ts";
import type { LocalPerson } from "./auth/sign-in-page.ts";
import { createDurableEngine, type DurableEngine } from "./durable/durable-engine.ts";
import { createDurableHttpApi } from "./durable/durable-http-api.ts";
import { toDurableClientPayload } from "./durable/durable-client-payload.ts";
import { isAuthorized, readKey } from "./host/authorize-request.ts";
import { createFunctionsHost, type FunctionsHost } from "./host/functions-host.ts";
import { type HostJson, readHostJson } from "./host/host-json.ts";
import type { HostLog } from "./host/host-log.ts";
import { Closers } from "./closers.ts";
import { listen } from "./listen.ts";
import { readSigningKey } from "./auth/signing-key.ts";
import { startServices } from "./start-services.ts";
import { openState } from "./state/open-state.ts";

export interface LocalRuntimeOptions {
  /** The folder of the Functions app: package.json, host.json and local.settings.json stand there. */
  app: string;
  /** 0 takes any free port; loopback only. */
  port: number;
  /** Where the runtime keeps everything; `.local` in the app folder when left out. */
  dataDir?: string;
  /** App settings that win over local.settings.json and the environment. */
  settings?: Record<string, string>;
  /** False runs the app without App Service Authentication, whatever its auth.json says. */
  platformAuth?: boolean;
  /** One-click choices on the sign-in form. */
  people?: readonly LocalPerson[];
  /** Takes the log; by default warnings and errors go to stderr. */
  log?: HostLog;
}

export interface LocalRuntime {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Ends running work (bounded), saves, and frees the port. */
  stop(): Promise<void>;
}

/** Locally every function, host and system key is this word. */
export const LOCAL_KEY = "local";

/** Starts an app; rejects, with everything closed again, when a part of it cannot start. */
export async function startLocalRuntime(options: LocalRuntimeOptions): Promise<LocalRuntime> {
  const closers = new Closers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(options: LocalRuntimeOptions, closers: Closers): Promise<LocalRuntime> {
  const log = options.log ?? writeProblems;
  const app = resolve(options.app);
  const dataDir = resolve(options.dataDir ?? join(app, ".local"));
  const hostJson = await readHostJson(app);
  const auth = options.platformAuth === false ? undefined : readAuthConfig(app);

  const front = new Hono();
  let ready: Hono | undefined = undefined;
  front.all(
    "*",
    (c) => ready?.fetch(c.req.raw) ?? c.text("The app is starting.", 503, { "retry-after": "1" }),
  );
  const server = await listen(front, options.port);
  closers.add(server.close);

  const state = openState(dataDir);
  closers.add(() => state.close());
  const settings = await startServices({
    app,
    dataDir,
    state,
    log,
    closers,
    settings: options.settings ?? {},
  });
  settings["WEBSITE_HOSTNAME"] = `127.0.0.1:${server.port}`;
  settings["WEBSITE_AUTH_ENABLED"] = auth ? "True" : "False";

  const { host, durable } = await startApp({ app, hostJson, settings, state, log, closers, url: server.url });
  const signingKey = await readSigningKey(dataDir);
  const people = options.people ?? [];
  const withAuth = new Hono();
  if (auth)
    withAuth.use(createAppServiceAuth({ config: auth, signingKey, people, log: toPartLog(log, "Auth") }));
  withAuth.route("/runtime/webhooks/durabletask", requireSystemKey(durable));
  withAuth.route("/", host.http);
  ready = withAuth;
  return { url: server.url, stop: () => closers.close() };
}

/** Loads the app and starts the Durable engine under it; the engine also gets the loopback address of its own. */
async function startApp(o: {
  app: string;
  hostJson: HostJson;
  settings: Record<string, string>;
  state: ReturnType<typeof openState>;
  log: HostLog;
  closers: Closers;
  url: string;
}): Promise<{ host: FunctionsHost; durable: Hono }> {
  const { durableTask } = o.hostJson.extensions;
  const taskHub = durableTask.hubName ?? "TestHubName";
  const hub = { taskHub, connection: "Storage", systemKey: LOCAL_KEY };
  // The engine and the host need each other: the engine runs functions, functions call the engine.
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
    log: toPartLog(o.log, "Durable"),
  });
  const createApi = (baseUrl: (requestUrl: string) => string) =>
    createDurableHttpApi({ engine, baseUrl, ...hub });
  const toHubUrl = (requestUrl: string) => `${new URL(requestUrl).origin}/runtime/webhooks/durabletask`;
  const rpc = new Hono().route(
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
    keys: { function: LOCAL_KEY, host: LOCAL_KEY, system: LOCAL_KEY },
    durableClient: () => toDurableClientPayload({ hostUrl: o.url, rpcBaseUrl, ...hub }),
    log: o.log,
  });
  o.closers.add(host.stop);
  engine.start();
  o.closers.add(() => engine.stop());
  return { host, durable: createApi(toHubUrl) };
}

/** The management API is for those who hold the system key; the host answers others with a bare 401. */
function requireSystemKey(api: Hono): Hono {
  const guarded = new Hono();
  guarded.use(async (c, next) => {
    const keys = { function: LOCAL_KEY, host: LOCAL_KEY, system: LOCAL_KEY };
    const key = readKey(c.req.raw.headers, new URL(c.req.url).searchParams);
    return isAuthorized("system", key, keys) ? next() : c.body(null, 401);
  });
  guarded.route("/", api);
  return guarded;
}

/** A log for one part of the runtime. */
function toPartLog(log: HostLog, category: string) {
  return (level: "debug" | "info" | "warn" | "error", message: string) => log({ level, category, message });
}

function writeProblems({ level, category, message }: Parameters<HostLog>[0]): void {
  if (level === "warn" || level === "error") process.stderr.write(`${level} ${category}: ${message}\n`);
}
