/** `npm start`: the local runtime on the command line. */
import { access, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DEMO_ORGANIZATION_ID, DEMO_PEOPLE } from "./demo/demo-organization.ts";
import { seedDemo } from "./demo/seed-demo.ts";
import { FAULT_NAMES, parseFaults, type RuntimeFaults } from "./faults/parse-faults.ts";
import type { HostLog } from "./host/host-log.ts";
import { RUNTIME_PATH } from "./runtime-page/runtime-page.ts";
import { type LocalRuntime, startLocalRuntime } from "./start-local-runtime.ts";

const USAGE = `npm start -- [options]

  --port <n>       port of the app (7071)
  --data <folder>  where everything is kept (.local in the app folder)
  --no-demo        start empty, without the demo organisation
  --no-auth        start without App Service Authentication
  --app <folder>   run another Azure Functions app
  --verbose        print the whole log
  --otlp <url>     send traces and metrics to an OpenTelemetry collector, such as http://127.0.0.1:4318
  --fault <fault>  let something go wrong, such as table-errors=0.1; may be repeated. The faults:
                   ${FAULT_NAMES.join(", ")}
`;

/** Where OrderBell listens to Salesforce; another app names its own door on the org's page. */
const ORDERBELL_ORG = {
  organizationId: DEMO_ORGANIZATION_ID,
  outboundMessages: "/api/salesforce/outbound-messages?code=local",
};

/** What OrderBell's own figures come to. */
const ORDERBELL_RATIOS = [
  {
    name: "Requests to tables per push",
    of: "orderbell.storage.operations",
    per: "orderbell.push.latency",
  },
];

interface Options {
  app: string;
  port: number;
  dataDir: string;
  demo: boolean;
  auth: boolean;
  verbose: boolean;
  faults: RuntimeFaults | undefined;
  otlp: string | undefined;
}

/** Throws a TypeError with a readable sentence for anything it does not know. */
function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      app: { type: "string" },
      port: { type: "string", default: "7071" },
      data: { type: "string" },
      demo: { type: "boolean" },
      auth: { type: "boolean", default: true },
      verbose: { type: "boolean", default: false },
      fault: { type: "string", multiple: true },
      otlp: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new TypeError(`--port takes a number from 0 to 65535, not ${values.port}.`);
  }
  if (values.otlp !== undefined && !/^https?:\/\/\S+$/.test(values.otlp)) {
    throw new TypeError(`--otlp takes an address such as http://127.0.0.1:4318, not ${values.otlp}.`);
  }
  const app = resolve(values.app ?? ".");
  return {
    app,
    port: Number(values.port),
    dataDir: resolve(values.data ?? join(app, ".local")),
    // The demo organisation belongs to OrderBell: another app has no doors for it, and without sign-in none open.
    demo: values.demo ?? (values.app === undefined && values.auth),
    auth: values.auth,
    verbose: values.verbose,
    faults: values.fault && parseFaults(values.fault),
    otlp: values.otlp,
  };
}

function createLog(verbose: boolean): HostLog {
  return ({ level, category, message, functionName }) => {
    if (!verbose && level !== "warn" && level !== "error") return;
    const source = functionName === undefined ? category : `${category} ${functionName}`;
    process.stderr.write(`${new Date().toISOString()} ${level.padEnd(5)} ${source}: ${message}\n`);
  };
}

/** Seeds once per data folder: what people change afterwards stays changed. */
async function seedOnce({ url, salesforce }: LocalRuntime, dataDir: string): Promise<void> {
  const marker = join(dataDir, "demo-seeded");
  const isSeeded = await access(marker).then(
    () => true,
    () => false,
  );
  if (isSeeded) return;
  await seedDemo(url, salesforce?.org);
  await writeFile(marker, "");
}

function toDemoGuide({ url, salesforce }: LocalRuntime): string {
  const port = new URL(url).port;
  const order = port === "7071" ? "npm run order" : `npm run order -- --port ${port}`;
  const page = salesforce === null ? "" : `open ${salesforce.url}/ and click, or `;
  return `
  1. Open ${url}/app/ and sign in as Ada (she follows Acme).
  2. Let orders change in Salesforce: ${page}in another terminal:

       ${order}

  3. Ada's bell rings for the orders of Acme. Grace, in a private window, hears of Globex;
     Linus hears of every activated order through the group sales-leads.
`;
}

async function run({ app, port, dataDir, demo, auth, verbose, faults, otlp }: Options): Promise<void> {
  process.stdout.write("Starting …\n");
  const people = demo ? DEMO_PEOPLE : [];
  const log = createLog(verbose);
  const runtime = await startLocalRuntime({
    app,
    port,
    dataDir,
    people,
    log,
    platformAuth: auth,
    ...(otlp !== undefined && { settings: { OTEL_EXPORTER_OTLP_ENDPOINT: otlp } }),
    ...(app === resolve(".") && { salesforce: ORDERBELL_ORG, ratios: ORDERBELL_RATIOS }),
    onFailure: fail,
    ...(faults && { faults }),
  });
  stopOnSignal(runtime);
  if (demo) await seedOnce(runtime, dataDir);
  process.stdout.write(`OrderBell is ready: ${runtime.url}\n`);
  process.stdout.write(`What is loaded and running: ${runtime.url}${RUNTIME_PATH}\n`);
  if (demo) process.stdout.write(toDemoGuide(runtime));
}

/** Ctrl-C ends running work and saves; a second one does not wait. */
function stopOnSignal(runtime: LocalRuntime): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    process.stdout.write("Stopping …\n");
    runtime.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

function fail(error: unknown): never {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  process.stderr.write(`OrderBell cannot run: ${message}\n`);
  if (cause instanceof Error) process.stderr.write(`  because ${cause.message}\n`);
  process.exit(1);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else await run(options);
} catch (error) {
  if (error instanceof TypeError) process.stderr.write(`${USAGE}\n`);
  fail(error);
}
