/**
 * Writes outbound messages.
 *
 * Shape: the outbound message WSDL (SOAP API Developer Guide, "Understanding the Outbound Messaging WSDL"): at most 100
 * notifications, in an sObject Id first and then the selected fields by name; an empty field is left out; of a record
 * that was deleted meanwhile "the notification contains no data" (help.salesforce.com, workflow_om_considerations).
 * SessionId is nil in every org since February 2026 (help.salesforce.com 005232763).
 * Values: currency, double and percent are xsd:double as Java writes it, 1234567 is `1234567.0` and 12345678 is
 * `1.2345678E7` (help.salesforce.com 000221617); date-times are in UTC with `Z`.
 */
import { findOrderField } from "./order-fields.ts";
import type { FieldValue, OrderRecord } from "./org-record.ts";
import { toSalesforceId } from "./salesforce-id.ts";

/** What the outbound message of a new org selects. */
export const DEFAULT_MESSAGE_FIELDS: readonly string[] = [
  "AccountId",
  "CreatedDate",
  "OrderNumber",
  "OwnerId",
  "Region__c",
  "Status",
  "StatusCode",
  "SystemModstamp",
  "TotalAmount",
];

/** A notification with its order as it is now; undefined: nothing is known of the order any more. */
export interface NotificationDraft {
  readonly id: string;
  readonly order: OrderRecord | undefined;
}

/** What a message is made of. */
export interface MessageDraft {
  readonly organizationId: string;
  /** Selected fields, in any order; Id is always sent. */
  readonly fields: readonly string[];
  readonly notifications: readonly NotificationDraft[];
}

/** The definition of the outbound message. */
const ACTION_ID = toSalesforceId("04k", 1);
/** A name that leads nowhere (RFC 6761): without a session nobody can call back. */
const API_URL = "https://org.salesforce.invalid/services/Soap";

/** Writes the SOAP document. */
export function toMessageXml({ organizationId, fields, notifications }: MessageDraft): string {
  const names = [...new Set(fields)].filter((name) => name !== "Id").sort();
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n' +
    ' <soapenv:Body>\n  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">\n' +
    `   <OrganizationId>${organizationId}</OrganizationId>\n` +
    `   <ActionId>${ACTION_ID}</ActionId>\n` +
    '   <SessionId xsi:nil="true"/>\n' +
    `   <EnterpriseUrl>${API_URL}/c/66.0/${organizationId.slice(0, 15)}</EnterpriseUrl>\n` +
    `   <PartnerUrl>${API_URL}/u/66.0/${organizationId.slice(0, 15)}</PartnerUrl>\n` +
    notifications.map((notification) => toNotification(notification, names)).join("") +
    "  </notifications>\n </soapenv:Body>\n</soapenv:Envelope>\n"
  );
}

function toNotification({ id, order }: NotificationDraft, names: readonly string[]): string {
  const sObject = '<sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"';
  const isGone = order === undefined || order["IsDeleted"] === true;
  const elements = isGone ? [] : ["Id", ...names].map((name) => toElement(name, order[name] ?? null));
  const content = elements.join("");
  return (
    `   <Notification>\n    <Id>${id}</Id>\n` +
    `    ${sObject}${content === "" ? "/>" : `>\n${content}    </sObject>`}\n   </Notification>\n`
  );
}

function toElement(name: string, value: FieldValue): string {
  return value === null ? "" : `     <sf:${name}>${toXmlText(toSoapText(name, value))}</sf:${name}>\n`;
}

/** All numbers of an order are currencies and doubles. */
function toSoapText(name: string, value: string | number | boolean): string {
  if (typeof value === "number") return toJavaDouble(value);
  if (typeof value === "boolean") return String(value);
  return findOrderField(name)?.type === "datetime" ? value.replace(/\+0000$/, "Z") : value;
}

/** As Double.toString of Java: plain digits from 0.001 up to ten million, and an exponent beyond. */
function toJavaDouble(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    const text = String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}

// What XML 1.0 cannot hold even escaped: most controls, lone surrogates, U+FFFE and U+FFFF.
const ILLEGAL_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // A reader turns a bare one into a line feed.
  "\r": "&#13;",
};

function toXmlText(text: string): string {
  return text.replace(ILLEGAL_IN_XML, "").replace(/[&<>"'\r]/g, (c) => ESCAPES[c] ?? "");
}
