import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBody } from "../../../src/ingress/outbound-message-body.ts";
import { OutboundMessageError } from "../../../src/ingress/outbound-message-error.ts";
import { parseOutboundMessage } from "../../../src/ingress/outbound-message.ts";
import { toOutboundMessageXml } from "../../support/outbound-message.ts";
import { anyFieldName, anyFieldValue, anyWrittenMessage } from "./any-outbound-message.ts";

function expectRefusal(read: () => unknown): void {
  let error: unknown;
  try {
    read();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(OutboundMessageError);
}

describe("parseOutboundMessage, for any input,", () => {
  it("reads back every field that an independent writer wrote", () => {
    fc.assert(
      fc.property(anyWrittenMessage, ({ sent, xml }) => {
        expect(parseOutboundMessage(xml)).toEqual(sent);
      }),
      { numRuns: 400 },
    );
  });

  it("reads back what the builder of the tests wrote", () => {
    fc.assert(
      fc.property(fc.dictionary(anyFieldName, anyFieldValue, { noNullPrototype: true }), (order) => {
        const [notification] = parseOutboundMessage(toOutboundMessageXml({ orders: [order] })).notifications;
        expect(notification?.fields).toMatchObject(order);
      }),
    );
  });

  it("refuses every truncation", () => {
    const xml = toOutboundMessageXml({ orders: [{ Description: "a & b ]]> é 👍" }, "deleted"] });
    for (let length = 0; length < xml.length; length += 1) {
      expectRefusal(() => parseOutboundMessage(xml.slice(0, length)));
    }
  });

  it("refuses random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expectRefusal(() => parseOutboundMessage(decodeBody(bytes, "text/xml")));
      }),
      { numRuns: 500 },
    );
  });

  it("refuses markup soup", () => {
    const scrap = fc.constantFrom(
      "<",
      ">",
      "/>",
      "</",
      "<a",
      " x='1'",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "&#x41;",
      "<?",
      "?>",
      "<!DOCTYPE",
      "[",
      "soapenv:",
      "\u0000",
      "é",
    );
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 60 }), (scraps) => {
        expectRefusal(() => parseOutboundMessage(scraps.join("")));
      }),
      { numRuns: 500 },
    );
  });

  it("gives either a message or an OutboundMessageError when bytes are damaged", () => {
    const bytes = new TextEncoder().encode(toOutboundMessageXml({ orders: [{}] }));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 }), (at, damage) => {
        const damaged = bytes.slice();
        damaged.set(damage.subarray(0, bytes.length - at), at);
        try {
          expect(parseOutboundMessage(decodeBody(damaged, "text/xml")).notifications).toHaveLength(1);
        } catch (error) {
          expect(error).toBeInstanceOf(OutboundMessageError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
