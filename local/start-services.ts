/** Starts the Azure services that the app's settings ask for, and answers the settings with their real addresses. */
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import type { Closers } from "./closers.ts";
import type { HostLog } from "./host/host-log.ts";
import { readAppSettings } from "./host/read-app-settings.ts";
import { parseConnectionString } from "./signalr/access-token.ts";
import { startSignalRService } from "./signalr/start-signalr-service.ts";
import { startAzurite } from "./storage/start-azurite.ts";

interface ServiceOptions {
  app: string;
  dataDir: string;
  state: RootDatabase;
  settings: Record<string, string>;
  log: HostLog;
  closers: Closers;
}

/** Storage is Azurite where the settings say development storage; SignalR is ours where its endpoint is loopback. */
export async function startServices(o: ServiceOptions): Promise<Record<string, string>> {
  const settings = { ...preferEnvironment(await readAppSettings(o.app)), ...o.settings };
  const [storage, signalR] = await Promise.all([startStorage(settings, o), startSignalR(settings, o)]);
  return { ...settings, ...storage, ...signalR };
}

/** An environment variable wins over local.settings.json, as with the Functions tools. */
function preferEnvironment(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, process.env[name] ?? value]),
  );
}

async function startStorage(
  settings: Record<string, string>,
  o: ServiceOptions,
): Promise<Record<string, string>> {
  if (settings["AzureWebJobsStorage"] !== "UseDevelopmentStorage=true") return {};
  const log = (level: "info" | "warn" | "error", message: string) =>
    o.log({ level, category: "Azurite", message });
  const azurite = await startAzurite({ dataDir: join(o.dataDir, "azurite"), log });
  o.closers.add(() => azurite.close());
  return { AzureWebJobsStorage: azurite.connectionString };
}

const SIGNALR_SETTING = "AzureSignalRConnectionString";

async function startSignalR(
  settings: Record<string, string>,
  o: ServiceOptions,
): Promise<Record<string, string>> {
  const connectionString = settings[SIGNALR_SETTING];
  if (connectionString === undefined) return {};
  const { endpoint, accessKey } = parseConnectionString(connectionString);
  const { hostname, port } = new URL(endpoint);
  if (!["localhost", "127.0.0.1", "[::1]"].includes(hostname)) return {};
  const log = (level: "debug" | "info" | "warn" | "error", message: string) =>
    o.log({ level, category: "SignalR", message });
  const start = (wanted: number) => startSignalRService({ port: wanted, accessKey, state: o.state, log });
  // An open page may only connect to the address it was served with, so the port stays the same where it can.
  const service = await start(Number(port)).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    log("info", `port ${port} is taken, so another one is used`);
    return start(0);
  });
  o.closers.add(() => service.close());
  return { [SIGNALR_SETTING]: service.connectionString };
}
