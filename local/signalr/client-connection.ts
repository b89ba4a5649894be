/* oxlint-disable max-lines -- one state machine: its states and what each does with a socket belong on one page */
/**
 * One client connection: handshake, keep-alive, messages, end. It holds a socket but is not one, so that a client with
 * stateful reconnect may come back to it on another.
 *
 *   handshaking ── good handshake ──▶ open ◀── resume / lost socket ──▶ dropped
 *        └── bad, or none in 15 s ─────┴── close, silence of 30 s, overflow ──┴── 15 s away ──▶ closed
 *
 * Only a connection with stateful reconnect is ever dropped: any other is closed with its socket. Times are those of
 * ASP.NET Core (HubOptions, ConnectionOptions.DisconnectTimeout), counted in beats of one second.
 */
import { type ClientSocket, type SocketOwner, toTextFrame } from "./client-socket.ts";
import type { HubConnection } from "./hub.ts";
import {
  type ClientMessage,
  HandshakeError,
  isCounted,
  parseClientMessage,
  parseHandshake,
  RecordReader,
  type ServerMessage,
  toRecord,
} from "./hub-protocol.ts";
import { REPLAY_LIMIT_BYTES, StatefulExchange } from "./stateful-exchange.ts";

/** The largest message a client may send, in bytes. */
export const MAX_CLIENT_MESSAGE_BYTES = 1024 * 1024;

const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
const HANDSHAKE_TIMEOUT_S = 15;
const PING_INTERVAL_S = 15;
const CLIENT_TIMEOUT_S = 30;
const RECONNECT_WINDOW_S = 15;
const PING_FRAME = toTextFrame(toRecord({ type: 6 }));
const NO_UPSTREAM = "This hub is serverless and has no upstream, so clients cannot invoke methods on it.";

/** What the owner of connections is told. */
export interface ConnectionEvents {
  /** The handshake is done: messages may flow. */
  onOpen(connection: ClientConnection): void;
  /** The connection takes no more messages; comes once, also when it never opened. */
  onClosed(connection: ClientConnection): void;
  log(level: "debug" | "warn", message: string): void;
}

/** Whose connection it is. */
export interface ConnectionIdentity {
  readonly id: string;
  readonly hub: string;
  readonly userId: string | undefined;
  /** Given where the client asked for stateful reconnect. */
  readonly reconnectToken: string | undefined;
}

/** One client connection, from its first socket to its end. */
export class ClientConnection implements HubConnection, SocketOwner {
  readonly id: string;
  readonly hub: string;
  readonly userId: string | undefined;
  readonly reconnectToken: string | undefined;
  readonly #events: ConnectionEvents;
  #socket: ClientSocket;
  #records = new RecordReader(MAX_CLIENT_MESSAGE_BYTES);
  /** Present from a handshake in version 2 to the end, where the client asked for stateful reconnect. */
  #exchange: StatefulExchange | undefined;
  #phase: "handshaking" | "open" | "dropped" | "closed" = "handshaking";
  #secondsInPhase = 0;
  #secondsOfSilence = 0;

  constructor(who: ConnectionIdentity, socket: ClientSocket, events: ConnectionEvents) {
    this.id = who.id;
    this.hub = who.hub;
    this.userId = who.userId;
    this.reconnectToken = who.reconnectToken;
    this.#socket = socket;
    this.#events = events;
    socket.listen(this);
  }

  send(frame: Buffer): void {
    if (this.#phase !== "open" && this.#phase !== "dropped") return;
    const exchange = this.#exchange;
    if (!exchange) {
      if (this.#socket.bufferedBytes + frame.length > MAX_BUFFERED_BYTES)
        return this.#giveUp("reads too slowly");
      return this.#socket.write(frame);
    }
    exchange.add(frame);
    if (this.#phase === "dropped") return this.#endIfOverfull();
    if (exchange.keptBytes > MAX_BUFFERED_BYTES) return this.#giveUp("acknowledges too slowly");
    this.#flush(exchange);
  }

  close(o: { error?: string | undefined; allowReconnect: boolean }): void {
    if (this.#phase === "closed") return;
    if (this.#phase === "open") {
      this.#write({
        type: 7,
        ...(o.error === undefined ? {} : { error: o.error }),
        ...(o.allowReconnect ? { allowReconnect: true } : {}),
      });
    }
    this.#end();
    this.#socket.close();
  }

  /** Whether the client may come back on another socket. */
  get isResumable(): boolean {
    return this.#exchange !== undefined;
  }

  /** Goes on with a new socket: what the old one did not bring comes again. False when it is too late for that. */
  resume(socket: ClientSocket): boolean {
    const exchange = this.#exchange;
    if (!exchange) return false;
    const old = this.#socket;
    // The old socket is dead from here on, whether or not the network has told: nothing it still brings is taken.
    this.#socket = socket;
    old.terminate();
    this.#records = new RecordReader(MAX_CLIENT_MESSAGE_BYTES);
    this.#enter("open");
    socket.listen(this);
    this.#write({ type: 9, sequenceId: exchange.restart() });
    this.#flush(exchange);
    return true;
  }

  /** Cuts the socket as a failing network would. */
  dropSocket(): void {
    this.#socket.terminate();
  }

  /** A second has passed. */
  beat(): void {
    this.#secondsInPhase += 1;
    switch (this.#phase) {
      case "handshaking":
        if (this.#secondsInPhase >= HANDSHAKE_TIMEOUT_S) this.#refuse("Handshake was canceled.");
        return;
      case "open":
        return this.#keepAlive();
      case "dropped":
        if (this.#secondsInPhase >= RECONNECT_WINDOW_S) this.#end();
        return;
      case "closed":
        return;
    }
  }

  onBytes(socket: ClientSocket, bytes: Uint8Array): void {
    if (socket !== this.#socket) return;
    this.#secondsOfSilence = 0;
    try {
      for (const record of this.#records.push(bytes)) this.#take(record);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unreadable message";
      this.#events.log("warn", `connection ${this.id}: ${reason}`);
      if (this.#phase === "handshaking") this.#refuse(reason);
      else this.close({ error: reason, allowReconnect: false });
    }
  }

  onEnd(socket: ClientSocket, wasCut: boolean): void {
    if (socket !== this.#socket) return;
    if (!wasCut || !this.#exchange || this.#phase !== "open") return this.#end();
    this.#enter("dropped");
    this.#events.log("debug", `connection ${this.id} lost its socket and may come back`);
    this.#endIfOverfull();
  }

  onError(_socket: ClientSocket, error: Error): void {
    this.#events.log("debug", `connection ${this.id}: ${error.message}`);
  }

  #take(record: string): void {
    switch (this.#phase) {
      case "handshaking":
        return this.#shakeHands(record);
      case "open":
        return this.#receive(parseClientMessage(record));
      case "dropped":
      case "closed":
        return;
    }
  }

  #shakeHands(record: string): void {
    try {
      const version = parseHandshake(record);
      if (version === 2 && this.reconnectToken !== undefined) this.#exchange = new StatefulExchange();
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      return this.#refuse(error.message);
    }
    this.#write({});
    this.#enter("open");
    this.#events.onOpen(this);
  }

  #receive(message: ClientMessage): void {
    const exchange = this.#exchange;
    if (exchange) {
      if (message.kind === "sequence") exchange.startAt(message.sequenceId);
      if (!exchange.takes(isCounted(message))) return;
      if (message.kind === "acknowledgement") exchange.acknowledge(message.sequenceId);
      exchange.settle();
      this.#flush(exchange);
    }
    switch (message.kind) {
      case "invocation": {
        const { invocationId, target } = message;
        this.#events.log("debug", `connection ${this.id} invoked ${JSON.stringify(target)}: no upstream`);
        if (invocationId === undefined) return;
        return this.send(toTextFrame(toRecord({ type: 3, invocationId, error: NO_UPSTREAM })));
      }
      case "close":
        this.#end();
        return this.#socket.close();
      case "ping":
      case "acknowledgement":
      case "sequence":
      case "ignored":
        return;
    }
  }

  #keepAlive(): void {
    this.#secondsOfSilence += 1;
    if (this.#secondsOfSilence >= CLIENT_TIMEOUT_S) {
      return this.close({ error: "The client was silent for too long.", allowReconnect: true });
    }
    if (this.#secondsInPhase % PING_INTERVAL_S === 0) this.#socket.write(PING_FRAME);
    if (!this.#exchange) return;
    const sequenceId = this.#exchange.beat();
    if (sequenceId !== undefined) this.#write({ type: 8, sequenceId });
    this.#flush(this.#exchange);
  }

  #flush(exchange: StatefulExchange): void {
    for (let frame = exchange.next(); frame; frame = exchange.next()) this.#socket.write(frame);
  }

  #endIfOverfull(): void {
    if (this.#exchange === undefined || this.#exchange.keptBytes <= REPLAY_LIMIT_BYTES) return;
    this.#events.log("warn", `connection ${this.id} is away and missed more than is kept for it`);
    this.#end();
  }

  #giveUp(why: string): void {
    this.#events.log("warn", `connection ${this.id} ${why} and is dropped`);
    this.#end();
    this.#socket.terminate();
  }

  #refuse(error: string): void {
    if (this.#phase !== "handshaking") return;
    this.#write({ error });
    this.#end();
    this.#socket.close();
  }

  #write(message: ServerMessage | { error?: string }): void {
    this.#socket.write(toTextFrame(toRecord(message)));
  }

  #enter(phase: "open" | "dropped"): void {
    this.#phase = phase;
    this.#secondsInPhase = 0;
    this.#secondsOfSilence = 0;
  }

  #end(): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.#exchange = undefined;
    this.#events.onClosed(this);
  }
}
