/**
 * The JSON hub protocol: records of JSON, each ended by byte 0x1E. Version 2 is version 1 with the messages of stateful
 * reconnect, `Ack` and `Sequence`.
 * Source: dotnet/aspnetcore, src/SignalR/docs/specs/HubProtocol.md.
 */
import { z } from "zod";

const SEPARATOR = 0x1e;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** A record, or the start of one, that is larger than the limit. */
export class RecordTooLargeError extends Error {
  readonly limitBytes: number;
  constructor(limitBytes: number) {
    super(`A message is larger than ${limitBytes} bytes.`);
    this.name = "RecordTooLargeError";
    this.limitBytes = limitBytes;
  }
}

/** Cuts a stream of bytes, however it arrives, into records. */
export class RecordReader {
  readonly #limitBytes: number;
  #partial: Uint8Array[] = [];
  #partialBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Takes the next bytes and returns the records they complete; throws RecordTooLargeError, or TypeError for bad UTF-8. */
  push(bytes: Uint8Array): string[] {
    const records: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(SEPARATOR); end !== -1; end = bytes.indexOf(SEPARATOR, start)) {
      this.#keep(bytes.subarray(start, end));
      records.push(UTF8.decode(Buffer.concat(this.#partial)));
      this.#partial = [];
      this.#partialBytes = 0;
      start = end + 1;
    }
    // A copy, because the caller may reuse its buffer.
    if (start < bytes.length) this.#keep(new Uint8Array(bytes.subarray(start)));
    return records;
  }

  #keep(bytes: Uint8Array): void {
    this.#partialBytes += bytes.length;
    if (this.#partialBytes > this.#limitBytes) throw new RecordTooLargeError(this.#limitBytes);
    this.#partial.push(bytes);
  }
}

/** What the service says to a client. */
export type ServerMessage =
  | { type: 1; target: string; arguments: readonly unknown[] }
  | { type: 3; invocationId: string; error: string }
  | { type: 6 }
  | { type: 7; error?: string; allowReconnect?: boolean }
  | { type: 8 | 9; sequenceId: number };

/** Writes one record: a message, or the answer to a handshake. */
export function toRecord(message: ServerMessage | { error?: string }): string {
  return `${JSON.stringify(message)}\u001e`;
}

/** A client's first record that asks for something this service does not speak. */
export class HandshakeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "HandshakeError";
  }
}

const handshakeSchema = z.object({ protocol: z.string(), version: z.int() });

/** Reads the version from the client's first record; throws HandshakeError with the words ASP.NET Core uses. */
export function parseHandshake(record: string): 1 | 2 {
  const request = handshakeSchema.safeParse(parseJson(record));
  if (!request.success) throw new HandshakeError("An unexpected error occurred during connection handshake.");
  const { protocol, version } = request.data;
  if (protocol !== "json") throw new HandshakeError(`The protocol '${protocol}' is not supported.`);
  if (version !== 1 && version !== 2) {
    throw new HandshakeError(`The server does not support version ${version} of the '${protocol}' protocol.`);
  }
  return version;
}

/** What a client said, as far as this service has an answer to it. */
export type ClientMessage =
  | { kind: "invocation"; target: string; invocationId: string | undefined }
  | { kind: "ping" }
  | { kind: "close" }
  | { kind: "acknowledgement"; sequenceId: number }
  | { kind: "sequence"; sequenceId: number }
  | { kind: "ignored"; type: number };

/** A record that is not a hub message. */
export class HubMessageError extends Error {
  constructor() {
    super("A message is not valid in the JSON hub protocol.");
    this.name = "HubMessageError";
  }
}

const envelopeSchema = z.object({ type: z.int() });
const sequenceSchema = z.object({ sequenceId: z.int().min(0) });
const invocationSchema = z.object({ target: z.string(), invocationId: z.string().optional() });
const streamInvocationSchema = z.object({ target: z.string(), invocationId: z.string() });

/** Reads one record after the handshake; throws HubMessageError. */
export function parseClientMessage(record: string): ClientMessage {
  const json = parseJson(record);
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) throw new HubMessageError();
  const { type } = envelope.data;
  if (type === 6) return { kind: "ping" };
  if (type === 7) return { kind: "close" };
  if (type === 8 || type === 9) {
    const sequence = sequenceSchema.safeParse(json);
    if (!sequence.success) throw new HubMessageError();
    return { kind: type === 8 ? "acknowledgement" : "sequence", sequenceId: sequence.data.sequenceId };
  }
  // Unknown types are ignored, as the specification asks: a newer client may send them.
  if (type !== 1 && type !== 4) return { kind: "ignored", type };
  const invocation = (type === 1 ? invocationSchema : streamInvocationSchema).safeParse(json);
  if (!invocation.success) throw new HubMessageError();
  return { kind: "invocation", target: invocation.data.target, invocationId: invocation.data.invocationId };
}

/** Whether the message has a number in stateful reconnect: invocations, stream items, completions and cancellations. */
export function isCounted(message: ClientMessage): boolean {
  return message.kind === "invocation" || (message.kind === "ignored" && [2, 3, 5].includes(message.type));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
