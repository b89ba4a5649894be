/**
 * A local Azure SignalR Service in serverless mode: clients connect by WebSocket, servers send through REST.
 * Loopback only; its state is who belongs to which groups, everything else lives as long as the connections do.
 */
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { RootDatabase } from "lmdb";
import { createAuthenticator } from "./authenticate.ts";
import { createClientApi, PendingConnections } from "./client-negotiate.ts";
import { ClientUpgrade } from "./client-upgrade.ts";
import { Hubs } from "./hub.ts";
import { createRestApi } from "./rest-api.ts";
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
}): Promise<SignalRService> {
  const { log } = o;
  const authenticator = createAuthenticator(o.accessKey, (message) => log("warn", message));
  const userGroups = new UserGroups(o.state);
  const hubs = new Hubs();
  const pending = new PendingConnections();
  const clients = new ClientUpgrade({ hubs, userGroups, pending, authenticator, log });

  const rest = createRestApi({ hubs, userGroups, authenticator, log });
  const clientApi = createClientApi({ pending, authenticator, logError: (message) => log("error", message) });
  const app = new Hono();
  app.all("/api/*", (c) => rest.fetch(c.req.raw));
  app.all("/client/*", (c) => clientApi.fetch(c.req.raw));

  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void answer(request, response));
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
