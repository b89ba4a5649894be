/** Everyone who is connected, and the one clock that beats for all of them: a timer for each would cost more than it. */
import type { ClientConnection } from "./client-connection.ts";

const BEAT_MS = 1_000;

/** The connections of all hubs, from accepted socket to end. */
export class LiveConnections {
  readonly #connections = new Set<ClientConnection>();
  readonly #byReconnectToken = new Map<string, ClientConnection>();
  #clock: NodeJS.Timeout | undefined;

  get size(): number {
    return this.#connections.size;
  }

  add(connection: ClientConnection): void {
    this.#connections.add(connection);
    if (connection.reconnectToken !== undefined) {
      this.#byReconnectToken.set(connection.reconnectToken, connection);
    }
    this.#clock ??= setInterval(() => this.#beat(), BEAT_MS);
  }

  delete(connection: ClientConnection): void {
    this.#connections.delete(connection);
    if (connection.reconnectToken !== undefined) this.#byReconnectToken.delete(connection.reconnectToken);
    if (this.#connections.size > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  /** The connection to which a client with this token may come back, of the same hub and user only. */
  find(reconnectToken: string, hub: string, userId: string | undefined): ClientConnection | undefined {
    const connection = this.#byReconnectToken.get(reconnectToken);
    if (!connection?.isResumable) return undefined;
    return connection.hub === hub && connection.userId === userId ? connection : undefined;
  }

  /** Sends every client away, with leave to reconnect. */
  closeAll(): void {
    for (const connection of this.#connections) connection.close({ allowReconnect: true });
  }

  /** Cuts every socket as a failing network would. */
  dropSockets(): void {
    for (const connection of this.#connections) connection.dropSocket();
  }

  #beat(): void {
    for (const connection of this.#connections) connection.beat();
  }
}
