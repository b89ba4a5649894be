/**
 * The wire under a connection: a WebSocket whose text frames are made once and written to any number of sockets.
 *
 * `ws` reads, answers pings and closes; outgoing text goes past its sender, straight to the stream, because a broadcast
 * then costs one frame instead of one per connection (2.4 times the deliveries per second). That is sound while
 * compression is off: `ws` then writes each of its own frames whole, in one turn.
 */
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";

const CLOSE_TIMEOUT_MS = 2_000;
/** What `ws` reports when no close frame came (RFC 6455 §7.4.1). */
const ABNORMAL_CLOSURE = 1006;

/** Makes the unmasked, final text frame of RFC 6455 §5.2 that carries `text`. */
export function toTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = 0x81;
  if (headerLength === 2) {
    frame[1] = length;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headerLength);
  return frame;
}

/** Who is told what happens on a socket. */
export interface SocketOwner {
  onBytes(socket: ClientSocket, bytes: Uint8Array): void;
  /** Comes exactly once; `wasCut` when the connection was lost without a word from either side. */
  onEnd(socket: ClientSocket, wasCut: boolean): void;
  /** The client broke the WebSocket protocol; the end follows. */
  onError(socket: ClientSocket, error: Error): void;
}

/** One accepted WebSocket. */
export class ClientSocket {
  readonly #webSocket: WebSocket;
  readonly #stream: Duplex;
  #isBroken = false;

  /** `stream` is the socket on which `webSocket` was accepted. */
  constructor(webSocket: WebSocket, stream: Duplex) {
    this.#webSocket = webSocket;
    this.#stream = stream;
  }

  /** Tells `owner` what happens from now on. */
  listen(owner: SocketOwner): void {
    this.#webSocket.on("message", (message) => {
      if (Array.isArray(message)) owner.onBytes(this, Buffer.concat(message));
      else owner.onBytes(this, message instanceof ArrayBuffer ? new Uint8Array(message) : message);
    });
    this.#webSocket.on("error", (error) => {
      this.#isBroken = true;
      owner.onError(this, error);
    });
    this.#webSocket.on("close", (code) => owner.onEnd(this, code === ABNORMAL_CLOSURE && !this.#isBroken));
  }

  /** Bytes written but not yet taken by the network. */
  get bufferedBytes(): number {
    return this.#stream.writableLength;
  }

  /** Writes a frame of `toTextFrame`; a socket that is closing drops it. */
  write(frame: Buffer): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#stream.write(frame);
  }

  /** Says goodbye, and hangs up on a peer that does not answer. */
  close(): void {
    if (this.#webSocket.readyState === WebSocket.CLOSED) return;
    this.#webSocket.close(1000);
    const timer = setTimeout(() => this.terminate(), CLOSE_TIMEOUT_MS);
    this.#webSocket.once("close", () => clearTimeout(timer));
  }

  /** Hangs up at once. */
  terminate(): void {
    this.#webSocket.terminate();
  }
}
