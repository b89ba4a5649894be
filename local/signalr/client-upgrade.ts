/** Accepts WebSockets at `/client/?hub=…&id=…`: each becomes a connection of its hub, or goes on with one that lost its own. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { isLoopbackHost, isLoopbackOrigin } from "../loopback-only.ts";
import { type Authenticator, bearerToken, UnauthorizedError } from "./authenticate.ts";
import {
  ClientConnection,
  type ConnectionEvents,
  type ConnectionIdentity,
  MAX_CLIENT_MESSAGE_BYTES,
} from "./client-connection.ts";
import { newConnectionId, type PendingConnections } from "./client-negotiate.ts";
import { ClientSocket } from "./client-socket.ts";
import type { Hubs } from "./hub.ts";
import type { LiveConnections } from "./live-connections.ts";
import { hubNameSchema } from "./names.ts";
import type { UserGroups } from "./user-groups.ts";

const MAX_CONNECTIONS = 10_000;

/** What accepting clients needs. */
export interface ClientUpgradeParts {
  readonly hubs: Hubs;
  readonly userGroups: UserGroups;
  readonly pending: PendingConnections;
  readonly live: LiveConnections;
  readonly authenticator: Authenticator;
  readonly log: (level: "debug" | "warn" | "error", message: string) => void;
}

/** The door for WebSockets. */
export class ClientUpgrade {
  readonly #parts: ClientUpgradeParts;
  readonly #events: ConnectionEvents;
  // Without compression, so that ClientSocket may write its own frames.
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: MAX_CLIENT_MESSAGE_BYTES,
  });
  #isClosing = false;

  constructor(parts: ClientUpgradeParts) {
    const { hubs, userGroups, live, log } = parts;
    this.#parts = parts;
    // One object for all connections.
    this.#events = {
      onOpen: (opened) => {
        const { hub, userId } = opened;
        hubs.join(hub, opened, userId === undefined ? [] : userGroups.groupsOf(hub, userId));
        log("debug", `connection ${opened.id} opened on hub ${hub}`);
      },
      onClosed: (closed) => {
        live.delete(closed);
        hubs.leave(closed.hub, closed);
        log("debug", `connection ${closed.id} closed`);
      },
      log,
    };
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
    this.#parts.live.closeAll();
  }

  async #admit(request: IncomingMessage): Promise<ConnectionIdentity | ClientConnection | string> {
    // The access key of the sample is public: a token alone does not tell the app's own pages from others.
    const { host, origin } = request.headers;
    if (!isLoopbackHost(host) || !isLoopbackOrigin(origin)) return "403 Forbidden";
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname !== "/client/" && url.pathname !== "/client") return "404 Not Found";
    const hub = hubNameSchema.safeParse(url.searchParams.get("hub"));
    if (!hub.success) return "400 Bad Request";
    const accessToken =
      bearerToken(request.headers.authorization) ?? url.searchParams.get("access_token") ?? undefined;
    const userId = await this.#userOf(accessToken, hostOf(request));
    if (userId instanceof UnauthorizedError) return "401 Unauthorized";
    if (this.#isClosing) return "503 Service Unavailable";
    const { live, pending } = this.#parts;
    const token = url.searchParams.get("id");
    const known = token === null ? undefined : live.find(token, hub.data, userId);
    if (known) return known;
    if (live.size >= MAX_CONNECTIONS) return "429 Too Many Requests";
    // A client that skips negotiation brings no id.
    if (token === null) return { id: newConnectionId(), hub: hub.data, userId, reconnectToken: undefined };
    return pending.take(token, hub.data, userId) ?? "404 Not Found";
  }

  async #userOf(token: string | undefined, host: string): Promise<string | undefined | UnauthorizedError> {
    try {
      return await this.#parts.authenticator.authenticate(token, "client", host);
    } catch (error) {
      if (error instanceof UnauthorizedError) return error;
      throw error;
    }
  }

  #open(admitted: ConnectionIdentity | ClientConnection, socket: ClientSocket): void {
    if (!(admitted instanceof ClientConnection)) {
      this.#parts.live.add(new ClientConnection(admitted, socket, this.#events));
    } else if (!admitted.resume(socket)) {
      socket.terminate();
    }
  }
}

function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? "").replace(/:\d+$/, "");
}

function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => stream.destroy());
}
