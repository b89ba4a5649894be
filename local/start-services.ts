/** Starts the Azure services that the app's settings ask for, and answers the settings with their real addresses. */
import { createPublicKey } from "node:crypto";
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import type { Closers } from "./closers.ts";
import type { RuntimeFaults } from "./faults/parse-faults.ts";
import { type HostLog, toPartLog } from "./host/host-log.ts";
import { PortInUseError } from "./listen.ts";
import type { OrgLogin } from "./salesforce/oauth.ts";
import { type Salesforce, startSalesforce } from "./salesforce/start-salesforce.ts";
import { parseConnectionString } from "./signalr/access-token.ts";
import { type SignalRService, startSignalRService } from "./signalr/start-signalr-service.ts";
import { readEvidenceKey } from "./state/evidence-key.ts";
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
  /** Whose id the simulated Salesforce org bears. */
  readonly organizationId: string;
}

/** What runs now, and the app settings that lead to it. */
export interface StartedServices {
  readonly settings: Record<string, string>;
  /** Null where the settings name no local service. */
  readonly signalR: SignalRService | null;
  readonly salesforce: Salesforce | null;
}

const SIGNALR_SETTING = "AzureSignalRConnectionString";
const SALESFORCE_SETTING = "SALESFORCE_LOGIN_URL";
const EVIDENCE_SETTING = "EVIDENCE_KEY";
const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Storage is Azurite where the settings say development storage; SignalR and Salesforce are ours where their address is
 * loopback. A key that signs evidence is made where none is set.
 */
export async function startServices(o: ServiceOptions): Promise<StartedServices> {
  const [storage, signalR, salesforce] = await Promise.all([startStorage(o), startSignalR(o), startOrg(o)]);
  const settings: Record<string, string> = { ...o.settings, ...storage };
  // In the place of a Key Vault; an empty setting means none.
  settings[EVIDENCE_SETTING] ??= await readEvidenceKey(o.dataDir);
  if (signalR !== null) settings[SIGNALR_SETTING] = signalR.connectionString;
  if (salesforce !== null) settings[SALESFORCE_SETTING] = salesforce.url;
  return { settings, signalR, salesforce };
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
  if (!LOOPBACK_NAMES.includes(hostname)) return null;
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

async function startOrg(o: ServiceOptions): Promise<Salesforce | null> {
  const loginUrl = o.settings[SALESFORCE_SETTING];
  if (loginUrl === undefined || !URL.canParse(loginUrl)) return null;
  const { hostname, port } = new URL(loginUrl);
  if (!LOOPBACK_NAMES.includes(hostname)) return null;
  const { state, organizationId } = o;
  const login = toOrgLogin(o.settings);
  const log = toPartLog(o.log, "Salesforce");
  const start = (wanted: number) => startSalesforce({ port: wanted, state, organizationId, login, log });
  const org = await start(Number(port)).catch((error: unknown) => {
    if (!(error instanceof PortInUseError)) throw error;
    log("info", `port ${port} is taken, so another one is used`);
    return start(0);
  });
  o.closers.add(() => org.close());
  return org;
}

/** The org lets in whoever the app's own settings say it is. */
function toOrgLogin(settings: Readonly<Record<string, string>>): OrgLogin {
  const {
    SALESFORCE_CLIENT_ID: clientId = "",
    SALESFORCE_CLIENT_SECRET: clientSecret,
    SALESFORCE_USERNAME: username,
    SALESFORCE_JWT_PRIVATE_KEY: privateKey,
  } = settings;
  if (!username || !privateKey) return { clientId, clientSecret };
  const publicKey = createPublicKey(privateKey.replaceAll("\\n", "\n")).export({
    type: "spki",
    format: "pem",
  });
  return { clientId, clientSecret, jwt: { username, publicKey: publicKey.toString() } };
}
