/**
 * Both directions of a connection with stateful reconnect: messages are counted from 1 on either side, kept until the
 * other side acknowledges them, and sent again on the next socket. Pings, acknowledgements and closes do not count.
 *
 *   settling ── client's first record, or 2 s ──▶ flowing ── new socket ──▶ flowing, ignoring the client until it says
 *                                                                           with which number it starts again
 *
 * Source: dotnet/aspnetcore src/SignalR/common/Shared/MessageBuffer.cs (100,000 bytes, then wait for an acknowledgement)
 * and HubProtocol.md, `Ack` and `Sequence`. Settling is for @microsoft/signalr: it starts to count a moment after it has
 * read the handshake reply, so a message in the same packet would be counted by one side only.
 */

/** How much may be sent without being acknowledged, and kept while the client is away; StatefulReconnectBufferSize. */
export const REPLAY_LIMIT_BYTES = 100_000;

const SETTLING_BEATS = 2;

/** A client that claims messages nobody sent. */
export class SequenceError extends Error {
  readonly sequenceId: number;
  constructor(sequenceId: number) {
    super("Sequence ID greater than amount of messages we've received.");
    this.name = "SequenceError";
    this.sequenceId = sequenceId;
  }
}

/** What was sent and received on one connection, across its sockets. */
export class StatefulExchange {
  /** Not acknowledged, the oldest first; the first `#sentCount` are on their way. */
  readonly #frames: Buffer[] = [];
  #firstId = 1;
  #sentCount = 0;
  #sentBytes = 0;
  #keptBytes = 0;
  #settlingBeats = SETTLING_BEATS;

  #nextReceivedId = 1;
  #latestReceivedId = 0;
  #acknowledgedId = 0;
  #awaitsSequence = false;

  /** Bytes that the client has not acknowledged, sent or not. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Takes a frame to be sent. */
  add(frame: Buffer): void {
    this.#frames.push(frame);
    this.#keptBytes += frame.length;
  }

  /** The next frame to write; undefined when there is none, or none may be sent yet. */
  next(): Buffer | undefined {
    if (this.#settlingBeats > 0 || this.#sentBytes > REPLAY_LIMIT_BYTES) return undefined;
    const frame = this.#frames[this.#sentCount];
    if (!frame) return undefined;
    this.#sentCount += 1;
    this.#sentBytes += frame.length;
    return frame;
  }

  /** Forgets what the client has, up to and with that number. */
  acknowledge(sequenceId: number): void {
    const count = Math.min(sequenceId - this.#firstId + 1, this.#sentCount);
    if (count <= 0) return;
    const bytes = this.#frames.splice(0, count).reduce((sum, frame) => sum + frame.length, 0);
    this.#firstId += count;
    this.#sentCount -= count;
    this.#sentBytes -= bytes;
    this.#keptBytes -= bytes;
  }

  /** Everything kept is to be sent again, on a new socket; answers the number of its first message. */
  restart(): number {
    this.#sentCount = 0;
    this.#sentBytes = 0;
    this.#settlingBeats = 0;
    this.#awaitsSequence = true;
    return this.#firstId;
  }

  /** The client is known to have read the handshake reply. */
  settle(): void {
    this.#settlingBeats = 0;
  }

  /** A second has passed: answers the number to acknowledge, if there is anything new. */
  beat(): number | undefined {
    if (this.#settlingBeats > 0) this.#settlingBeats -= 1;
    if (this.#awaitsSequence || this.#acknowledgedId === this.#latestReceivedId) return undefined;
    this.#acknowledgedId = this.#latestReceivedId;
    return this.#acknowledgedId;
  }

  /** The client starts again at that number; throws SequenceError when it skips some. */
  startAt(sequenceId: number): void {
    if (sequenceId > this.#nextReceivedId) throw new SequenceError(sequenceId);
    this.#nextReceivedId = sequenceId;
    this.#awaitsSequence = false;
  }

  /** Whether a message of the client is to be taken: not if it came before, nor before `startAt` on a new socket. */
  takes(isCounted: boolean): boolean {
    if (this.#awaitsSequence) return false;
    if (!isCounted) return true;
    const id = this.#nextReceivedId;
    this.#nextReceivedId += 1;
    if (id <= this.#latestReceivedId) return false;
    this.#latestReceivedId = id;
    return true;
  }
}
