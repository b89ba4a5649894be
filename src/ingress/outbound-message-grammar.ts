/**
 * Which element may stand where in an outbound message.
 *
 * The shape is that of the outbound message WSDL (SOAP API Developer Guide, "Understanding the Outbound Messaging WSDL"):
 * Envelope / Body / notifications { OrganizationId, ActionId, SessionId?, EnterpriseUrl, PartnerUrl, Notification × 1…100 },
 * Notification { Id, sObject }. Elements are matched by namespace and local name, never by prefix. What the WSDL does not
 * name is refused, be it an element, an attribute or stray text: a notification that is passed over would be
 * acknowledged and lost for ever, while a refused one is sent again for 24 hours. Only SOAP headers are passed over, as
 * gateways add them, unless they say that they must be understood.
 */
import type { SaxesTagNS } from "saxes";
import { OutboundMessageError, type OutboundMessageRefusal } from "./outbound-message-error.ts";
import { quote } from "./quote.ts";

const SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
const OUTBOUND = "http://soap.sforce.com/2005/09/outbound";
const SPACE = " \t\r\n";
const XMLNS = "http://www.w3.org/2000/xmlns/";
const XSI = "http://www.w3.org/2001/XMLSchema-instance";
/** The WSDL imports the enterprise namespace; the partner one is its twin for callers without a WSDL of their own. */
const SOBJECTS: readonly string[] = [
  "urn:sobject.enterprise.soap.sforce.com",
  "urn:sobject.partner.soap.sforce.com",
];
/** What the WSDL says about the sender beside the ids; of no use here. */
const SENDER: readonly string[] = ["SessionId", "EnterpriseUrl", "PartnerUrl"];
/** API names, with or without package prefix and `__c`; this also keeps out names such as `__proto__`. */
const FIELD_NAME = /^[A-Za-z]\w*$/;

/** Fields that have parts: addresses, and custom ones such as locations. Of any other, parts would be lost. */
const COMPOUND_NAME = /(Address|__c)$/;

/** What an element means, from where it stands. */
export type Place =
  | "envelope"
  | "header"
  | "body"
  | "notifications"
  | "organizationId"
  | "actionId"
  | "sender"
  | "notification"
  | "notificationId"
  | "sObject"
  | "field"
  | "part";

/** Places that hold elements alone; all others hold text, and a field either. */
const ELEMENT_ONLY: readonly Place[] = ["envelope", "body", "notifications", "notification", "sObject"];

/** Says what an element means below its parent, or refuses the message. */
export function placeOf(parent: { place: Place; name: string } | undefined, tag: SaxesTagNS): Place {
  const is = (namespace: string, local: string) => tag.uri === namespace && tag.local === local;
  switch (parent?.place) {
    case undefined:
      return is(SOAP, "Envelope") ? "envelope" : refuseElement(tag, `Envelope of ${SOAP}`);
    case "envelope":
      if (is(SOAP, "Header")) return "header";
      return is(SOAP, "Body") ? "body" : refuseElement(tag, `Header or Body of ${SOAP}`);
    case "header":
      return "header";
    case "body":
      return is(OUTBOUND, "notifications")
        ? "notifications"
        : refuseElement(tag, `notifications of ${OUTBOUND}`);
    case "notifications":
      if (is(OUTBOUND, "OrganizationId")) return "organizationId";
      if (is(OUTBOUND, "ActionId")) return "actionId";
      if (SENDER.some((local) => is(OUTBOUND, local))) return "sender";
      return is(OUTBOUND, "Notification")
        ? "notification"
        : refuseElement(tag, `what the WSDL names in notifications of ${OUTBOUND}`);
    case "notification":
      if (is(OUTBOUND, "Id")) return "notificationId";
      return is(OUTBOUND, "sObject") ? "sObject" : refuseElement(tag, `Id or sObject of ${OUTBOUND}`);
    case "sObject":
      return isField(tag) ? "field" : refuseElement(tag, `a field of ${SOBJECTS[0]}`);
    case "field":
      if (!COMPOUND_NAME.test(parent?.name ?? "")) break;
      return isField(tag) ? "part" : refuseElement(tag, `a part of a field of ${SOBJECTS[0]}`);
    case "part":
    case "organizationId":
    case "actionId":
    case "sender":
    case "notificationId":
      break;
  }
  return refuseElement(tag, `text alone in ${quote(parent?.name ?? "")}`);
}

function isField(tag: SaxesTagNS): boolean {
  return SOBJECTS.includes(tag.uri) && FIELD_NAME.test(tag.local);
}

/** Refuses text where elements alone may stand. */
export function checkText({ place, name }: { place: Place; name: string }, text: string): void {
  if (!ELEMENT_ONLY.includes(place) || trimSpace(text) === "") return;
  refuse("notAnOutboundMessage", `Found text in ${name}: ${quote(text)}; expected elements alone.`);
}

/** Refuses an attribute that may change what an element says; in a SOAP header, only that it must be understood. */
export function checkAttributes(place: Place, tag: SaxesTagNS): void {
  for (const { uri, prefix, local, name, value } of Object.values(tag.attributes)) {
    // The parser would cut the spaces off, but a namespace is its text and nothing less.
    if (uri === XMLNS && value !== value.trim()) {
      refuse("notAnOutboundMessage", `The namespace ${quote(value)} begins or ends with a space.`);
    }
    if (place === "header") {
      if (uri !== SOAP || local !== "mustUnderstand" || ["0", "false"].includes(trimSpace(value))) continue;
      refuse("notAnOutboundMessage", `Found the header ${quote(tag.name)}, which must be understood.`);
    }
    if (place === "envelope" || place === "body" || prefix === "xml" || uri === XMLNS) continue;
    if (uri === XSI && (local === "nil" || local === "type")) continue;
    refuse("notAnOutboundMessage", `Found the attribute ${quote(name)}; expected xsi:nil or xsi:type alone.`);
  }
}

/** Says whether an element is marked as having no value. */
export function isNil(tag: SaxesTagNS): boolean {
  const nil = attribute(tag, "nil") ?? "false";
  if (nil === "true" || nil === "1") return true;
  if (nil === "false" || nil === "0") return false;
  return refuse("notAnOutboundMessage", `An xsi:nil is ${quote(nil)}; expected true or false.`);
}

/** Says whether an sObject is an Order; one without a type says nothing, one of another type is refused. */
export function isOrder(tag: SaxesTagNS, resolvePrefix: (prefix: string) => string | undefined): boolean {
  const type = attribute(tag, "type");
  if (type === undefined) return false;
  const colon = type.indexOf(":");
  if (colon === 0) refuse("notAnOrder", `Found an sObject of type ${quote(type)}, which names no type.`);
  const namespace = resolvePrefix(type.slice(0, Math.max(colon, 0)));
  if (type.slice(colon + 1) === "Order" && namespace !== undefined && SOBJECTS.includes(namespace))
    return true;
  return refuse("notAnOrder", `Found an sObject of type ${quote(type)}; expected Order of ${SOBJECTS[0]}.`);
}

function attribute(tag: SaxesTagNS, local: string): string | undefined {
  const found = Object.values(tag.attributes).find((a) => a.uri === XSI && a.local === local);
  return found && trimSpace(found.value);
}

/** Cuts off what XML counts as white space, which is less than what JavaScript does. */
export function trimSpace(text: string): string {
  // No pattern that ends in `$`: on a long run of spaces inside the text its time would be quadratic.
  let [start, end] = [0, text.length];
  while (start < end && SPACE.includes(text.charAt(start))) start += 1;
  while (end > start && SPACE.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function refuseElement(tag: SaxesTagNS, expected: string): never {
  return refuse(
    "notAnOutboundMessage",
    `Found the element ${quote(`{${tag.uri}}${tag.local}`)}; expected ${expected}.`,
  );
}

/** Throws; typed as `never` so that it can stand where a value is expected. */
export function refuse(reason: OutboundMessageRefusal, message: string): never {
  throw new OutboundMessageError(reason, message);
}
