import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  HubMessageError,
  isCounted,
  parseClientMessage,
  parseHandshake,
  RecordReader,
  RecordTooLargeError,
} from "../../../local/signalr/hub-protocol.ts";

const recordText = fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => !text.includes("\u001e"));

describe("RecordReader", () => {
  it("reassembles records split at any byte", () => {
    fc.assert(
      fc.property(
        fc.array(recordText, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (records, cuts) => {
          const bytes = Buffer.from(records.map((record) => `${record}\u001e`).join(""));
          const positions = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
            (a, b) => a - b,
          );
          const reader = new RecordReader(10_000);
          const read = positions
            .slice(1)
            .flatMap((end, index) => reader.push(bytes.subarray(positions[index], end)));
          expect(read).toEqual(records);
        },
      ),
    );
  });

  it("keeps a record apart from a buffer that is reused", () => {
    const reader = new RecordReader(100);
    const buffer = Buffer.from("abc");
    expect(reader.push(buffer)).toEqual([]);
    buffer.fill("x");
    expect(reader.push(Buffer.from("d\u001e"))).toEqual(["abcd"]);
  });

  it("refuses a record above the limit, whether or not it has ended", () => {
    expect(() => new RecordReader(4).push(Buffer.from("12345\u001e"))).toThrow(RecordTooLargeError);
    const reader = new RecordReader(4);
    reader.push(Buffer.from("123"));
    expect(() => reader.push(Buffer.from("45"))).toThrow(RecordTooLargeError);
  });

  it("counts the limit for each record, not for the stream", () => {
    expect(new RecordReader(4).push(Buffer.from("1234\u001e5678\u001e"))).toEqual(["1234", "5678"]);
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => new RecordReader(10).push(Buffer.from([0xff, 0x1e]))).toThrow(TypeError);
  });
});

describe("parseHandshake", () => {
  it.each([1, 2])("accepts JSON in version %i", (version) => {
    expect(parseHandshake(`{"protocol":"json","version":${version}}`)).toBe(version);
  });

  it.each([
    ['{"protocol":"messagepack","version":1}', "The protocol 'messagepack' is not supported."],
    ['{"protocol":"json","version":9}', "The server does not support version 9 of the 'json' protocol."],
    ["not json", "An unexpected error occurred during connection handshake."],
  ])("refuses %s", (record, reason) => {
    expect(() => parseHandshake(record)).toThrow(reason);
  });
});

describe("parseClientMessage", () => {
  it("takes unknown types as something to ignore", () => {
    expect(parseClientMessage('{"type":99}')).toEqual({ kind: "ignored", type: 99 });
  });

  it("reads the messages of stateful reconnect", () => {
    expect(parseClientMessage('{"type":8,"sequenceId":3}')).toEqual({
      kind: "acknowledgement",
      sequenceId: 3,
    });
    expect(parseClientMessage('{"type":9,"sequenceId":1}')).toEqual({ kind: "sequence", sequenceId: 1 });
  });

  it("counts invocations, stream items, completions and cancellations, nothing else", () => {
    const counted = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((type) =>
      isCounted(parseClientMessage(JSON.stringify({ type, target: "x", invocationId: "1", sequenceId: 1 }))),
    );
    expect(counted).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    "[]",
    "null",
    "{",
    '{"type":"1"}',
    '{"type":1}',
    '{"type":4,"target":"x"}',
    '{"type":8}',
    '{"type":9,"sequenceId":-1}',
  ])("refuses %s", (record) => {
    expect(() => parseClientMessage(record)).toThrow(HubMessageError);
  });
});
