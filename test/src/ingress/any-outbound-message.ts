/** Outbound messages of every shape, written by a writer that shares nothing with the reader under test. */
import fc from "fast-check";
import type { OutboundMessage, OutboundNotification } from "../../../src/ingress/outbound-message.ts";

/** Text that XML can hold; carriage returns survive only as character references, which the writer uses. */
const xmlText = fc
  .string({ unit: "binary", maxLength: 40 })
  .map((text) => text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ""));
const specials = fc.constantFrom(
  "]]>",
  "<![CDATA[",
  "&amp;",
  "<!--",
  "</sf:Id>",
  "\r\n",
  "&#0;",
  '"',
  "'",
  "<",
  "\u2028",
  "👍",
);
/** Values that an XML document can carry. */
export const anyFieldValue = fc.oneof(
  xmlText,
  fc.array(fc.oneof(xmlText, specials), { maxLength: 5 }).map((parts) => parts.join("")),
);
/** Names that a field of an sObject can have. */
export const anyFieldName = fc.oneof(
  fc.stringMatching(/^[A-Za-z]\w{0,20}$/),
  fc.constantFrom("Region__c", "acme__Field__c", "constructor", "toString", "Id"),
);
const fields = fc.dictionary(anyFieldName, fc.option(anyFieldValue), { maxKeys: 12, noNullPrototype: true });
const id = (prefix: string) => fc.stringMatching(/^[a-zA-Z0-9]{15}$/).map((rest) => prefix + rest);
const prefix = fc.constantFrom("", "a", "soapenv", "sf", "x-1", "_", "Ω");

type Style = { cdata: boolean; numeric: boolean; quote: string; space: string; rotate: number };
const style: fc.Arbitrary<Style> = fc.record({
  cdata: fc.boolean(),
  numeric: fc.boolean(),
  quote: fc.constantFrom('"', "'"),
  space: fc.constantFrom("", "\n", "\r\n\t", "<!-- a > b -->"),
  rotate: fc.nat(3),
});

/** A writer that shares nothing with the reader: it picks prefixes, quotes, escapes and attribute order at will. */
function write(message: OutboundMessage, prefixes: readonly [string, string, string], s: Style): string {
  const [soap, outbound, sobject] = prefixes;
  const named = (p: string, local: string) => (p === "" ? local : `${p}:${local}`);
  const declare = (p: string, uri: string) => [p === "" ? "xmlns" : `xmlns:${p}`, uri] as const;
  const escape = (text: string) => {
    if (s.cdata && !text.includes("\r")) return `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
    return text.replace(/[&<>\r]/g, (c) =>
      s.numeric || c === "\r"
        ? `&#x${c.charCodeAt(0).toString(16)};`
        : ({ "&": "&amp;", "<": "&lt;" }[c] ?? "&gt;"),
    );
  };
  const element = (name: string, attributes: readonly (readonly [string, string])[], content: string) => {
    const at = attributes.length === 0 ? 0 : s.rotate % attributes.length;
    const shuffled = [...attributes.slice(at), ...attributes.slice(0, at)];
    return `<${name}${shuffled.map(([n, v]) => ` ${n}=${s.quote}${v}${s.quote}`).join(" ")}>${content}</${name} >`;
  };
  const notification = (n: OutboundNotification) => {
    const content = Object.entries(n.fields).map(([name, v]) =>
      v === null
        ? element(named(sobject, name), [["nil:nil", "true"]], "")
        : element(named(sobject, name), [], escape(v)),
    );
    const type = [
      ["nil:type", named("typed", "Order")],
      declare("typed", "urn:sobject.enterprise.soap.sforce.com"),
      declare(sobject, "urn:sobject.enterprise.soap.sforce.com"),
    ] as const;
    const order = element(named(outbound, "sObject"), type, s.space + content.join(s.space) + s.space);
    return element(
      named(outbound, "Notification"),
      [],
      s.space + element(named(outbound, "Id"), [], n.outboundMessageNotificationId) + order,
    );
  };
  const inner =
    element(named(outbound, "OrganizationId"), [], message.organizationId) +
    s.space +
    element(named(outbound, "ActionId"), [], message.actionId);
  const notifications = element(
    named(outbound, "notifications"),
    [
      declare(outbound, "http://soap.sforce.com/2005/09/outbound"),
      declare("nil", "http://www.w3.org/2001/XMLSchema-instance"),
    ],
    inner + message.notifications.map(notification).join(s.space),
  );
  return element(
    named(soap, "Envelope"),
    [declare(soap, "http://schemas.xmlsoap.org/soap/envelope/")],
    s.space + element(named(soap, "Body"), [], notifications),
  );
}

const message = fc.record({
  organizationId: id("00D"),
  actionId: id("04k"),
  notifications: fc.array(fc.record({ outboundMessageNotificationId: id("04l"), fields }), {
    minLength: 1,
    maxLength: 4,
  }),
});

/** The three prefixes differ, or an inner declaration would change what an outer name means. */
const prefixes = fc
  .uniqueArray(prefix, { minLength: 3, maxLength: 3 })
  .map(([a = "", b = "", c = ""]) => [a, b, c] as const);

/** A message and one of the many documents that say it. */
export const anyWrittenMessage = fc
  .tuple(message, prefixes, style)
  .map(([sent, p, s]) => ({ sent, xml: write(sent, p, s) }));
