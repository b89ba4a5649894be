/** Accepts WebSockets at `/client/?hub=…&id=…` and makes each a connection of its hub. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { type Authenticator, bearerToken, UnauthorizedError } from "./authenticate.ts";
import { ClientConnection, MAX_CLIENT_MESSAGE_BYTES } from "./client-connection.ts";
import { newConnectionId, type PendingConnections } from "./client-negotiate.ts";
import { ClientSocket } from "./client-socket.ts";
import type { Hubs } from "./hub.ts";
import { hubNameSchema } from "./names.ts";
import type { UserGroups } from "./user-groups.ts";

const MAX_CONNECTIONS = 10_000;

/** What accepting clients needs. */
export interface ClientUpgradeParts {
  readonly hubs: Hubs;
  readonly userGroups: UserGroups;
  readonly pending: PendingConnections;
  readonly authenticator: Authenticator;
  readonly log: (level: "debug" | "warn" | "error", message: string) => void;
}

/** The door for WebSockets, and everyone who came in by it. */
export class ClientUpgrade {
  readonly #parts: ClientUpgradeParts;
  readonly #connections = new Set<ClientConnection>();
  // Without compression, so that ClientSocket may write its own frames.
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: MAX_CLIENT_MESSAGE_BYTES,
  });
  #isClosing = false;

  constructor(parts: ClientUpgradeParts) {
    this.#parts = parts;
  }

  /** Accepts or refuses one upgrade request; never rejects. */
  async accept(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const drop = () => stream.destroy();
    stream.on("error", drop);
    try {
      const admitted = await this.#admit(request);
      if (typeof admitted === "string") return refuse(stream, admitted);
      this.#webSockets.handleUpgrade(request, stream, head, (webSocket) => {
        stream.off("error", drop);
        this.#open(admitted, new ClientSocket(webSocket, stream));
      });
    } catch (error) {
      this.#parts.log("error", `a WebSocket was not accepted: ${String(error)}`);
      refuse(stream, "500 Internal Server Error");
    }
  }

  /** Sends every client away, with leave to reconnect, and lets nobody in. */
  close(): void {
    this.#isClosing = true;
    for (const connection of this.#connections) connection.close({ allowReconnect: true });
  }

  async #admit(request: IncomingMessage): Promise<Admission | string> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname !== "/client/" && url.pathname !== "/client") return "404 Not Found";
    const hub = hubNameSchema.safeParse(url.searchParams.get("hub"));
    if (!hub.success) return "400 Bad Request";
    const token =
      bearerToken(request.headers.authorization) ?? url.searchParams.get("access_token") ?? undefined;
    const userId = await this.#userOf(token, hostOf(request));
    if (userId instanceof UnauthorizedError) return "401 Unauthorized";
    if (this.#isClosing) return "503 Service Unavailable";
    if (this.#connections.size >= MAX_CONNECTIONS) return "429 Too Many Requests";
    const connectionToken = url.searchParams.get("id");
    // A client that skips negotiation brings no id.
    if (connectionToken === null) return { id: newConnectionId(), hub: hub.data, userId };
    return this.#parts.pending.take(connectionToken, hub.data, userId) ?? "404 Not Found";
  }

  async #userOf(token: string | undefined, host: string): Promise<string | undefined | UnauthorizedError> {
    try {
      return await this.#parts.authenticator.authenticate(token, "client", host);
    } catch (error) {
      if (error instanceof UnauthorizedError) return error;
      throw error;
    }
  }

  #open({ id, hub, userId }: Admission, socket: ClientSocket): void {
    const { hubs, userGroups, log } = this.#parts;
    const connection = new ClientConnection({ id, userId }, socket, {
      onOpen: (opened) => {
        hubs.join(hub, opened, userId === undefined ? [] : userGroups.groupsOf(hub, userId));
        log("debug", `connection ${id} opened on hub ${hub}`);
      },
      onClosed: (closed) => {
        this.#connections.delete(closed);
        hubs.leave(hub, closed);
        log("debug", `connection ${id} closed`);
      },
      log,
    });
    this.#connections.add(connection);
  }
}

interface Admission {
  readonly id: string;
  readonly hub: string;
  readonly userId: string | undefined;
}

function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? "").replace(/:\d+$/, "");
}

function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => stream.destroy());
}
