/** Starts the Azure services that the app's settings ask for, and answers the settings with their real addresses. */
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import type { Closers } from "./closers.ts";
import type { RuntimeFaults } from "./faults/parse-faults.ts";
import { type HostLog, toPartLog } from "./host/host-log.ts";
import { parseConnectionString } from "./signalr/access-token.ts";
import { type SignalRService, startSignalRService } from "./signalr/start-signalr-service.ts";
import { startAzurite } from "./storage/start-azurite.ts";
import { startFaultyStorage } from "./storage/start-faulty-storage.ts";

interface ServiceOptions {
  readonly dataDir: string;
  readonly state: RootDatabase;
  /** The app settings as they were written. */
  readonly settings: Readonly<Record<string, string>>;
  readonly log: HostLog;
  readonly closers: Closers;
  readonly faults: RuntimeFaults;
  readonly onFailure?: ((error: Error) => void) | undefined;
}

/** What runs now, and the app settings that lead to it. */
export interface StartedServices {
  readonly settings: Record<string, string>;
  /** Null where the settings name no local service. */
  readonly signalR: SignalRService | null;
}

const SIGNALR_SETTING = "AzureSignalRConnectionString";

/** Storage is Azurite where the settings say development storage; SignalR is ours where its endpoint is loopback. */
export async function startServices(o: ServiceOptions): Promise<StartedServices> {
  const [storage, signalR] = await Promise.all([startStorage(o), startSignalR(o)]);
  const settings = { ...o.settings, ...storage };
  if (signalR !== null) settings[SIGNALR_SETTING] = signalR.connectionString;
  return { settings, signalR };
}

async function startStorage(o: ServiceOptions): Promise<Record<string, string>> {
  if (o.settings["AzureWebJobsStorage"] !== "UseDevelopmentStorage=true") return {};
  const log = toPartLog(o.log, "Azurite");
  const azurite = await startAzurite({ dataDir: join(o.dataDir, "azurite"), log, onDied: o.onFailure });
  o.closers.add(() => azurite.close());
  const faults = o.faults.tables;
  if (faults === undefined || !(faults.delayMs || faults.errors)) {
    return { AzureWebJobsStorage: azurite.connectionString };
  }
  const targetPort = Number(/TableEndpoint=http:\/\/[^:]+:(\d+)/.exec(azurite.connectionString)?.[1]);
  const faulty = await startFaultyStorage({ targetPort, faults });
  o.closers.add(() => faulty.close());
  return { AzureWebJobsStorage: azurite.connectionString.replace(`:${targetPort}/`, `:${faulty.port}/`) };
}

async function startSignalR(o: ServiceOptions): Promise<SignalRService | null> {
  const connectionString = o.settings[SIGNALR_SETTING];
  if (connectionString === undefined) return null;
  const { endpoint, accessKey } = parseConnectionString(connectionString);
  const { hostname, port } = new URL(endpoint);
  if (!["localhost", "127.0.0.1", "[::1]"].includes(hostname)) return null;
  const { state } = o;
  const faults = o.faults.signalR;
  const log = toPartLog(o.log, "SignalR");
  const start = (wanted: number) => startSignalRService({ port: wanted, accessKey, state, faults, log });
  // An open page may only connect to the address it was served with, so the port stays the same where it can.
  const service = await start(Number(port)).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    log("info", `port ${port} is taken, so another one is used`);
    return start(0);
  });
  o.closers.add(() => service.close());
  return service;
}
