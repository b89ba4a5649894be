/**
 * One client connection: handshake, keep-alive, messages, end. It holds a socket but is not one.
 *
 *   handshaking ── good handshake ──▶ open ──┐
 *        └── bad, or none in 15 s ───────────┴── close, silence of 30 s, overflow, lost socket ──▶ closed
 *
 * Times are those of ASP.NET Core: handshake 15 s, ping every 15 s, a silent peer is dropped after 30 s.
 */
import { type ClientSocket, toTextFrame } from "./client-socket.ts";
import type { HubConnection } from "./hub.ts";
import {
  checkHandshake,
  HandshakeError,
  parseClientMessage,
  RecordReader,
  toRecord,
} from "./hub-protocol.ts";

/** The largest message a client may send, in bytes. */
export const MAX_CLIENT_MESSAGE_BYTES = 1024 * 1024;

const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
const HANDSHAKE_TIMEOUT_MS = 15_000;
const PING_INTERVAL_MS = 15_000;
const CLIENT_TIMEOUT_MS = 30_000;
const PING_FRAME = toTextFrame(toRecord({ type: 6 }));
const NO_UPSTREAM = "This hub is serverless and has no upstream, so clients cannot invoke methods on it.";

/** What the owner of a connection is told. */
export interface ConnectionEvents {
  /** The handshake is done: messages may flow. */
  onOpen(connection: ClientConnection): void;
  /** The connection takes no more messages; comes once, also when it never opened. */
  onClosed(connection: ClientConnection): void;
  readonly log: (level: "debug" | "warn", message: string) => void;
}

/** One client connection, from accepted socket to end. */
export class ClientConnection implements HubConnection {
  readonly id: string;
  readonly userId: string | undefined;
  readonly #socket: ClientSocket;
  readonly #events: ConnectionEvents;
  readonly #records = new RecordReader(MAX_CLIENT_MESSAGE_BYTES);
  readonly #handshakeTimer: NodeJS.Timeout;
  readonly #silenceTimer: NodeJS.Timeout;
  #pingTimer: NodeJS.Timeout | undefined;
  #phase: "handshaking" | "open" | "closed" = "handshaking";

  constructor(
    who: { id: string; userId: string | undefined },
    socket: ClientSocket,
    events: ConnectionEvents,
  ) {
    this.id = who.id;
    this.userId = who.userId;
    this.#socket = socket;
    this.#events = events;
    this.#handshakeTimer = setTimeout(() => this.#refuse("Handshake was canceled."), HANDSHAKE_TIMEOUT_MS);
    this.#silenceTimer = setTimeout(() => {
      this.close({ error: "The client was silent for too long.", allowReconnect: true });
    }, CLIENT_TIMEOUT_MS);
    socket.listen({
      onBytes: (bytes) => {
        this.#silenceTimer.refresh();
        this.#receive(bytes);
      },
      onEnd: () => this.#end(),
      onError: (error) => events.log("debug", `connection ${this.id}: ${error.message}`),
    });
  }

  send(frame: Buffer): void {
    if (this.#phase !== "open") return;
    if (this.#socket.bufferedBytes + frame.length > MAX_BUFFERED_BYTES) {
      this.#events.log("warn", `connection ${this.id} reads too slowly and is dropped`);
      this.#end();
      this.#socket.terminate();
      return;
    }
    this.#socket.write(frame);
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

  #receive(bytes: Uint8Array): void {
    try {
      for (const record of this.#records.push(bytes)) this.#take(record);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unreadable message";
      this.#events.log("warn", `connection ${this.id}: ${reason}`);
      if (this.#phase === "handshaking") this.#refuse(reason);
      else this.close({ error: reason, allowReconnect: false });
    }
  }

  #take(record: string): void {
    switch (this.#phase) {
      case "handshaking":
        return this.#shakeHands(record);
      case "open":
        return this.#answer(record);
      case "closed":
        return;
    }
  }

  #shakeHands(record: string): void {
    try {
      checkHandshake(record);
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      return this.#refuse(error.message);
    }
    this.#write({});
    this.#phase = "open";
    clearTimeout(this.#handshakeTimer);
    this.#pingTimer = setInterval(() => this.send(PING_FRAME), PING_INTERVAL_MS);
    this.#events.onOpen(this);
  }

  #answer(record: string): void {
    const message = parseClientMessage(record);
    switch (message.kind) {
      case "invocation":
        this.#events.log(
          "debug",
          `connection ${this.id} invoked ${JSON.stringify(message.target)}: no upstream`,
        );
        if (message.invocationId !== undefined) {
          this.send(
            toTextFrame(toRecord({ type: 3, invocationId: message.invocationId, error: NO_UPSTREAM })),
          );
        }
        return;
      case "close":
        this.#end();
        this.#socket.close();
        return;
      case "ping":
      case "ignored":
        return;
    }
  }

  #refuse(error: string): void {
    if (this.#phase !== "handshaking") return;
    this.#write({ error });
    this.#end();
    this.#socket.close();
  }

  #write(message: Parameters<typeof toRecord>[0]): void {
    this.#socket.write(toTextFrame(toRecord(message)));
  }

  #end(): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    clearTimeout(this.#handshakeTimer);
    clearTimeout(this.#silenceTimer);
    clearInterval(this.#pingTimer);
    this.#events.onClosed(this);
  }
}
