/**
 * Which element may stand where in an outbound message.
 *
 * The shape is that of the outbound message WSDL (SOAP API Developer Guide, "Understanding the Outbound Messaging WSDL"):
 * Envelope / Body / notifications { OrganizationId, ActionId, SessionId?, EnterpriseUrl, PartnerUrl, Notification × 1…100 },
 * Notification { Id, sObject }. Elements are matched by namespace and local name, never by prefix. Outside the sObject,
 * what the WSDL does not name is passed over, so that a later Salesforce release may add elements.
 */
import type { SaxesTagNS } from "saxes";
import { OutboundMessageError, type OutboundMessageRefusal } from "./outbound-message-error.ts";
import { quote } from "./quote.ts";

const SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
const OUTBOUND = "http://soap.sforce.com/2005/09/outbound";
const XSI = "http://www.w3.org/2001/XMLSchema-instance";
/** The WSDL imports the enterprise namespace; the partner one is its twin for callers without a WSDL of their own. */
const SOBJECTS: readonly string[] = [
  "urn:sobject.enterprise.soap.sforce.com",
  "urn:sobject.partner.soap.sforce.com",
];
/** API names, with or without package prefix and `__c`; this also keeps out names such as `__proto__`. */
const FIELD_NAME = /^[A-Za-z]\w*$/;

/** What an element means, from where it stands. */
export type Place =
  | "envelope"
  | "body"
  | "notifications"
  | "organizationId"
  | "actionId"
  | "notification"
  | "notificationId"
  | "sObject"
  | "field"
  | "passedOver";

/** Says what an element means below its parent's place, or refuses the message. */
export function placeOf(parent: Place | undefined, tag: SaxesTagNS): Place {
  const is = (namespace: string, local: string) => tag.uri === namespace && tag.local === local;
  switch (parent) {
    case undefined:
      return is(SOAP, "Envelope") ? "envelope" : refuseElement(tag, `Envelope of ${SOAP}`);
    case "envelope":
      return is(SOAP, "Body") ? "body" : "passedOver";
    case "body":
      return is(OUTBOUND, "notifications")
        ? "notifications"
        : refuseElement(tag, `notifications of ${OUTBOUND}`);
    case "notifications":
      if (is(OUTBOUND, "OrganizationId")) return "organizationId";
      if (is(OUTBOUND, "ActionId")) return "actionId";
      return is(OUTBOUND, "Notification") ? "notification" : "passedOver";
    case "notification":
      if (is(OUTBOUND, "Id")) return "notificationId";
      return is(OUTBOUND, "sObject") ? "sObject" : "passedOver";
    case "sObject":
    case "field":
      if (SOBJECTS.includes(tag.uri) && FIELD_NAME.test(tag.local)) return "field";
      return refuseElement(tag, `a field of ${SOBJECTS[0]}`);
    case "organizationId":
    case "actionId":
    case "notificationId":
      return refuseElement(tag, "text alone");
    case "passedOver":
      return "passedOver";
  }
}

/** Says whether an element is marked as having no value. */
export function isNil(tag: SaxesTagNS): boolean {
  return ["true", "1"].includes(attribute(tag, "nil") ?? "");
}

/** Says whether an sObject is an Order; one without a type says nothing, one of another type is refused. */
export function isOrder(tag: SaxesTagNS, resolvePrefix: (prefix: string) => string | undefined): boolean {
  const type = attribute(tag, "type");
  if (type === undefined) return false;
  const colon = type.indexOf(":");
  const namespace = resolvePrefix(type.slice(0, Math.max(colon, 0)));
  if (type.slice(colon + 1) === "Order" && namespace !== undefined && SOBJECTS.includes(namespace))
    return true;
  return refuse("notAnOrder", `Found an sObject of type ${quote(type)}; expected Order of ${SOBJECTS[0]}.`);
}

function attribute(tag: SaxesTagNS, local: string): string | undefined {
  const found = Object.values(tag.attributes).find((a) => a.uri === XSI && a.local === local);
  return found?.value.trim();
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
