import { describe, expect, it } from "vitest";
import { LARGEST_BODY_BYTES, decodeBody } from "../../../src/ingress/outbound-message-body.ts";
import { OutboundMessageError } from "../../../src/ingress/outbound-message-error.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("decodeBody", () => {
  it.each([
    "text/xml; charset=UTF-8",
    "text/xml;charset=utf-8",
    'TEXT/XML; charset="utf-8"',
    "text/xml",
    "application/xml",
    "text/xml; action=x; charset=utf-8",
  ])("reads %s as UTF-8", (contentType) => {
    expect(decodeBody(bytes("<a>Søn 👍</a>"), contentType)).toBe("<a>Søn 👍</a>");
  });

  it("drops a byte order mark", () => {
    expect(decodeBody(bytes("\uFEFF<a/>"), "text/xml")).toBe("<a/>");
  });

  it("reads a body of exactly the largest size", () => {
    expect(decodeBody(new Uint8Array(LARGEST_BODY_BYTES).fill(0x20), "text/xml")).toHaveLength(
      LARGEST_BODY_BYTES,
    );
  });

  it.each<[string, Uint8Array, string | null, OutboundMessageError["reason"], RegExp]>([
    ["no content type", bytes("<a/>"), null, "unknownContentType", /missing; expected text\/xml/],
    ["an empty content type", bytes("<a/>"), "", "unknownContentType", /expected text\/xml/],
    ["JSON", bytes("{}"), "application/json", "unknownContentType", /"application\/json"/],
    ["SOAP 1.2", bytes("<a/>"), "application/soap+xml; charset=utf-8", "unknownContentType", /soap\+xml/],
    ["a type that only starts like XML", bytes("<a/>"), "text/xmlish", "unknownContentType", /xmlish/],
    [
      "another charset",
      bytes("<a/>"),
      "text/xml; charset=ISO-8859-1",
      "unknownEncoding",
      /iso-8859-1.*utf-8/,
    ],
    ["two byte order marks", bytes("\uFEFF\uFEFF<a/>"), "text/xml", "notXml", /two byte order marks/],
    ["Latin-1 bytes", Uint8Array.of(0x3c, 0xe9, 0x3e), "text/xml", "notUtf8", /UTF-8/],
    ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x3c, 0x00), "text/xml", "notUtf8", /UTF-8/],
    ["an encoded surrogate", Uint8Array.of(0xed, 0xa0, 0x80), "text/xml", "notUtf8", /UTF-8/],
    [
      "one byte too many",
      new Uint8Array(LARGEST_BODY_BYTES + 1),
      "text/xml",
      "tooLarge",
      /6291457 bytes; at most 6291456/,
    ],
  ])("refuses %s", (_, body, contentType, reason, message) => {
    let error: unknown;
    try {
      decodeBody(body, contentType);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(OutboundMessageError);
    expect(error).toMatchObject({ reason, message: expect.stringMatching(message) });
  });

  it("echoes at most 80 characters of the content type", () => {
    expect(() => decodeBody(bytes(""), "z".repeat(9_000))).toThrow(/^.{60,200}$/);
  });
});
