/**
 * The one door of the local runtime: everything that Azure would put around the app, started in this process
 * (tables in a child process of their own). Requests are answered 503 until all of it is ready.
 */
import { join, resolve } from "node:path";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createAppServiceAuth } from "./auth/app-service-auth.ts";
import { readAuthConfig } from "./auth/auth-config.ts";
import type { LocalPerson } from "./auth/sign-in-page.ts";
import { readSigningKey } from "./auth/signing-key.ts";
import { Closers } from "./closers.ts";
import type { RuntimeFaults } from "./faults/parse-faults.ts";
import { collectFigures, type Ratio, readFigures } from "./figures/collect-figures.ts";
import type { HostKeys } from "./host/authorize-request.ts";
import { createCors } from "./host/cors.ts";
import { readHostJson } from "./host/host-json.ts";
import { type HostLog, toPartLog } from "./host/host-log.ts";
import { preferEnvironment, readLocalSettings } from "./host/read-local-settings.ts";
import { listen } from "./listen.ts";
import { loopbackOnly } from "./loopback-only.ts";
import { toRuntimeOverview, toSalesforceOverview } from "./runtime-page/runtime-overview.ts";
import { createRuntimePage } from "./runtime-page/runtime-page.ts";
import { readVersions } from "./runtime-page/versions.ts";
import type { Salesforce } from "./salesforce/start-salesforce.ts";
import { startApp } from "./start-app.ts";
import { startServices } from "./start-services.ts";
import { openState } from "./state/open-state.ts";

/** How the runtime is started. */
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
  /** Keys of the host; each is `local` where it is left out. `function` and `host` may be several by name: `{ old, new }`. */
  keys?: Partial<HostKeys>;
  /** What goes wrong on purpose; nothing when left out. */
  faults?: RuntimeFaults;
  /** The simulated Salesforce org, which runs when SALESFORCE_LOGIN_URL is a loopback address. */
  salesforce?: {
    organizationId: string;
    /** Path and query, in this app, to which the org sends its outbound messages; its page can name another address. */
    outboundMessages?: string;
  };
  /** What the runtime's page divides of what the app measures. */
  ratios?: readonly Ratio[];
  /** Called when a part of the runtime dies and the app can no longer work: stop, and start again. */
  onFailure?: (error: Error) => void;
  /** Takes the log; by default warnings and errors go to stderr. */
  log?: HostLog;
}

/** A running runtime. */
export interface LocalRuntime {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The simulated org; null when the settings ask for none. */
  readonly salesforce: Salesforce | null;
  /** Ends running work (bounded), saves, and frees the port. */
  stop(): Promise<void>;
}

/** Locally every function, host, master and system key is this word. */
export const LOCAL_KEY = "local";

/** An org that nobody named. */
const DEFAULT_ORGANIZATION_ID = "00D000000000001EAA";

/** A sign-in form is small. */
const MAX_AUTH_BODY_BYTES = 64 * 1024;

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
  const startedAt = new Date();
  collectFigures();
  const log = options.log ?? writeProblems;
  const app = resolve(options.app);
  const dataDir = resolve(options.dataDir ?? join(app, ".local"));
  const hostJson = await readHostJson(app);
  const auth = options.platformAuth === false ? undefined : readAuthConfig(app);
  const { values, cors } = await readLocalSettings(app);

  const front = new Hono();
  front.use(loopbackOnly);
  let ready: Hono | undefined = undefined;
  front.all(
    "*",
    (c) => ready?.fetch(c.req.raw) ?? c.text("The app is starting.", 503, { "retry-after": "1" }),
  );
  const server = await listen(front, options.port);
  closers.add(server.close);

  const state = openState(dataDir);
  closers.add(() => state.close());
  const { settings, signalR, salesforce } = await startServices({
    organizationId: options.salesforce?.organizationId ?? DEFAULT_ORGANIZATION_ID,
    settings: { ...preferEnvironment(values), ...options.settings },
    dataDir,
    state,
    log,
    closers,
    faults: options.faults ?? {},
    onFailure: options.onFailure,
  });
  settings["WEBSITE_HOSTNAME"] = `127.0.0.1:${server.port}`;
  settings["WEBSITE_AUTH_ENABLED"] = auth ? "True" : "False";

  const keys = {
    function: LOCAL_KEY,
    host: LOCAL_KEY,
    master: LOCAL_KEY,
    system: LOCAL_KEY,
    ...options.keys,
  };
  const { url } = server;
  const faults = options.faults?.durable;
  const { host, engine, taskHub, webhooks } = await startApp({
    app,
    hostJson,
    settings,
    keys,
    state,
    log,
    closers,
    url,
    faults,
  });
  const facts = {
    url,
    appFolder: app,
    dataFolder: dataDir,
    versions: await readVersions(host.model),
    platformAuth: auth !== undefined,
    corsOrigins: cors.origins,
    taskHub,
    settingNames: Object.keys(settings),
  };
  const tellSalesforce = () => salesforce && toSalesforceOverview(salesforce);
  const tellSignalR = () => signalR && { url: signalR.url, hubs: signalR.connectionCounts() };
  const all = new Hono();
  all.route(
    "/",
    createRuntimePage(() =>
      toRuntimeOverview({
        host,
        engine,
        signalR: tellSignalR,
        salesforce: tellSalesforce,
        startedAt,
        figures: readFigures,
        ratios: options.ratios ?? [],
        facts,
      }),
    ),
  );
  all.use(createCors(cors));
  if (auth) {
    const signingKey = await readSigningKey(dataDir);
    const people = options.people ?? [];
    all.use(
      "/.auth/*",
      bodyLimit({
        maxSize: MAX_AUTH_BODY_BYTES,
        onError: (c) => c.text("That is too much for a sign-in.", 413),
      }),
    );
    all.use(createAppServiceAuth({ config: auth, signingKey, people, log: toPartLog(log, "Auth") }));
  }
  all.route("/runtime/webhooks", webhooks);
  all.route("/", host.http);
  ready = all;
  // Last: a timer that runs at once may call the app.
  await host.start();
  const path = options.salesforce?.outboundMessages;
  if (path !== undefined) salesforce?.setEndpoint(new URL(path, url).href);
  return { url, salesforce, stop: () => closers.close() };
}

function writeProblems({ level, category, message }: Parameters<HostLog>[0]): void {
  if (level === "warn" || level === "error") process.stderr.write(`${level} ${category}: ${message}\n`);
}
