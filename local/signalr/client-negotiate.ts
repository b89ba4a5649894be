/**
 * `POST /client/negotiate`: how a client learns its connection id and transport.
 * Source: dotnet/aspnetcore, src/SignalR/docs/specs/TransportProtocols.md; WebSockets with JSON only.
 */
import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { type Authenticator, bearerToken } from "./authenticate.ts";
import { hubNameSchema } from "./names.ts";
import { answerError, BadRequestError } from "./rest-error.ts";

const PENDING_MS = 60_000;
const MAX_PENDING = 10_000;

/** A connection that was negotiated but has no socket yet. */
export interface PendingConnection {
  readonly id: string;
  readonly hub: string;
  readonly userId: string | undefined;
  /** With this the client may come back to the connection; only where it asked for stateful reconnect. */
  readonly reconnectToken: string | undefined;
}

/** The negotiated connections, by the connection token the client brings with its socket. */
export class PendingConnections {
  readonly #pending = new Map<string, PendingConnection & { readonly expiresAt: number }>();

  /** Promises a connection for one minute and returns its token. */
  add(o: { hub: string; userId: string | undefined; useStatefulReconnect: boolean }): {
    connectionId: string;
    connectionToken: string;
  } {
    this.#dropOldest();
    const connectionId = newConnectionId();
    const connectionToken = newConnectionId();
    this.#pending.set(connectionToken, {
      id: connectionId,
      hub: o.hub,
      userId: o.userId,
      reconnectToken: o.useStatefulReconnect ? connectionToken : undefined,
      expiresAt: Date.now() + PENDING_MS,
    });
    return { connectionId, connectionToken };
  }

  /** Takes the connection of a token, once; undefined when there is none, or not for this hub and user. */
  take(connectionToken: string, hub: string, userId: string | undefined): PendingConnection | undefined {
    const pending = this.#pending.get(connectionToken);
    if (!pending || pending.hub !== hub || pending.userId !== userId) return undefined;
    this.#pending.delete(connectionToken);
    return pending.expiresAt > Date.now() ? pending : undefined;
  }

  /** The map keeps the order of insertion, which is the order of expiry. */
  #dropOldest(): void {
    const now = Date.now();
    for (const [token, { expiresAt }] of this.#pending) {
      if (expiresAt > now && this.#pending.size < MAX_PENDING) return;
      this.#pending.delete(token);
    }
  }
}

/** Makes a connection id nobody can guess. */
export function newConnectionId(): string {
  return randomBytes(18).toString("base64url");
}

/** Creates the app that answers the HTTP requests below `/client`. */
export function createClientApi(o: {
  pending: PendingConnections;
  authenticator: Authenticator;
  logError: (message: string) => void;
}): Hono {
  const app = new Hono();
  app.onError((error, c) => answerError(error, c, o.logError));
  // Browsers of any origin may ask: the token decides. Requested headers are echoed.
  app.use(cors({ origin: (origin) => origin, credentials: true, allowMethods: ["POST"], maxAge: 600 }));
  app.post("/client/negotiate", async (c) => {
    const token = bearerToken(c.req.header("authorization")) ?? c.req.query("access_token");
    const userId = await o.authenticator.authenticate(token, "client", new URL(c.req.url).hostname);
    const hub = hubNameSchema.safeParse(c.req.query("hub"));
    if (!hub.success) throw new BadRequestError("hub", "The query needs a valid hub.");
    const negotiateVersion = c.req.query("negotiateVersion") === "1" ? 1 : 0;
    // A client that did not ask refuses the answer, so only those who ask are told.
    const useStatefulReconnect = negotiateVersion === 1 && c.req.query("useStatefulReconnect") === "true";
    const { connectionId, connectionToken } = o.pending.add({ hub: hub.data, userId, useStatefulReconnect });
    const availableTransports = [{ transport: "WebSockets", transferFormats: ["Text"] }];
    // Version 0 has one id for both purposes.
    if (negotiateVersion === 0) {
      return c.json({ negotiateVersion, connectionId: connectionToken, availableTransports });
    }
    return c.json({
      negotiateVersion,
      connectionId,
      connectionToken,
      availableTransports,
      ...(useStatefulReconnect ? { useStatefulReconnect } : {}),
    });
  });
  return app;
}
