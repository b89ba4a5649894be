/**
 * A local Azure SignalR Service in serverless mode: clients connect by WebSocket, servers send through REST.
 * Loopback only; its state is who belongs to which groups, everything else lives as long as the connections do.
 */
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { RootDatabase } from "lmdb";
import { createAuthenticator } from "./authenticate.ts";
import { createClientApi, PendingConnections } from "./client-negotiate.ts";
import { isLoopbackHost, isLoopbackOrigin } from "../loopback-only.ts";
import { ClientUpgrade } from "./client-upgrade.ts";
import { type ConnectionCount, Hubs } from "./hub.ts";
import { LiveConnections } from "./live-connections.ts";
import { createRestApi } from "./rest-api.ts";
import { createFaults, type SignalRFaults } from "./signalr-faults.ts";
import { UserGroups } from "./user-groups.ts";

const HOST = "127.0.0.1";
const EXPIRY_SWEEP_MS = 60_000;
const CLOSE_TIMEOUT_MS = 3_000;

/** A running service. */
export interface SignalRService {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** `Endpoint=http://127.0.0.1;Port=…;AccessKey=…;Version=1.0;`: a secret. */
  readonly connectionString: string;
  /** Who is connected now, by hub. */
  connectionCounts(): ConnectionCount[];
  /** Cuts the sockets of all clients as a failing network would. */
  dropSockets(): void;
  /** Sends the clients away and stops listening. */
  close(): Promise<void>;
}

/** Starts the service; rejects when the port is taken. */
export async function startSignalRService(o: {
  /** 0 takes any free port. */
  port: number;
  accessKey: string;
  /** Holds the groups of users; closed by its owner, after the service. */
  state: RootDatabase;
  log: (level: "debug" | "info" | "warn" | "error", message: string) => void;
  /** What goes wrong on purpose; nothing when absent. */
  faults?: SignalRFaults | undefined;
  /** Decides which calls the faults hit: numbers from 0 up to, not including, 1. */
  random?: (() => number) | undefined;
}): Promise<SignalRService> {
  const { log } = o;
  const authenticator = await createAuthenticator(o.accessKey, (message) => log("warn", message));
  const userGroups = new UserGroups(o.state);
  const hubs = new Hubs();
  const pending = new PendingConnections();
  const live = new LiveConnections();
  const clients = new ClientUpgrade({ hubs, userGroups, pending, live, authenticator, log });

  const faults = o.faults && createFaults(o.faults, o.random ?? Math.random);
  const rest = createRestApi({ hubs, userGroups, authenticator, faults, log });
  const clientApi = createClientApi({ pending, authenticator, logError: (message) => log("error", message) });
  const answerServer = getRequestListener(rest.fetch, { overrideGlobalObjects: false });
  const answerClient = getRequestListener(clientApi.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => {
    if (!isLoopbackHost(request.headers.host) || !isLoopbackOrigin(request.headers.origin)) {
      response.writeHead(403).end();
      return;
    }
    const answer = request.url?.startsWith("/api/") ? answerServer : answerClient;
    void answer(request, response);
  });
  server.on("upgrade", (request, stream, head) => void clients.accept(request, stream, head));
  const port = await listen(server, o.port);
  const url = `http://${HOST}:${port}`;

  const sweep = () =>
    userGroups
      .removeExpired()
      .catch((error: unknown) => log("error", `expired groups stay: ${String(error)}`));
  await sweep();
  const sweepTimer = setInterval(() => void sweep(), EXPIRY_SWEEP_MS).unref();
  log("info", `Azure SignalR Service (local, serverless) listens on ${url}`);

  let closed: Promise<void> | undefined;
  return {
    url,
    connectionString: `Endpoint=http://${HOST};Port=${port};AccessKey=${o.accessKey};Version=1.0;`,
    connectionCounts: () => hubs.counts(),
    dropSockets: () => live.dropSockets(),
    close: () => {
      clearInterval(sweepTimer);
      closed ??= stopListening(server, clients);
      return closed;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string")
        reject(new Error("The server has no TCP address."));
      else resolve(address.port);
    });
  });
}

function stopListening(server: Server, clients: ClientUpgrade): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    clients.close();
  });
}
