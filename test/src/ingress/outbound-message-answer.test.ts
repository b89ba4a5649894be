import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { toAck, toFault } from "../../../src/ingress/outbound-message-answer.ts";

/** The text of each element by its name, read by a strict XML parser. */
function textsOf(xml: string): Record<string, string> {
  const texts: Record<string, string> = {};
  const open: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on("opentag", (tag) => open.push(`{${tag.uri}}${tag.local}`));
  parser.on("text", (text) => {
    texts[open.at(-1) ?? ""] = text;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(xml).close();
  return texts;
}

describe("toAck", () => {
  it("is the one document that Salesforce takes for success", () => {
    expect(toAck()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>',
    );
  });
});

describe("toFault", () => {
  it("is a SOAP 1.1 fault with unqualified children", () => {
    expect(toFault("Client", "Found <order/> & \"more\"; expected 'Envelope'.")).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault>' +
        "<faultcode>soapenv:Client</faultcode><faultstring>Found &lt;order/&gt; &amp; &quot;more&quot;; expected &apos;Envelope&apos;.</faultstring>" +
        "</soapenv:Fault></soapenv:Body></soapenv:Envelope>",
    );
    expect(textsOf(toFault("Server", "x"))["{}faultcode"]).toBe("soapenv:Server");
  });

  it("drops what XML cannot hold", () => {
    expect(textsOf(toFault("Client", "a\u0000b\u001Bc\uD800d\uDC00e\uFFFEf\uFFFFg👍"))["{}faultstring"]).toBe(
      "abcdefg👍",
    );
  });

  it("is well-formed and brings every legal character across, whatever the reason", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (reason) => {
        const text = textsOf(toFault("Client", `start${reason}`))["{}faultstring"];
        expect(text).toBe(
          `start${reason.match(/[\t\n\r\u{20}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu)?.join("") ?? ""}`,
        );
      }),
    );
  });
});
