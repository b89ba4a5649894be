/**
 * Writes outbound messages as Salesforce does, for tests.
 *
 * The shape follows public captures (for instance a 2017 Opportunity message with API 47.0): one line, `soapenv` prefix,
 * a nil SessionId, `sf:Id` first and then the fields by name, fields without a value left out. How Salesforce writes an
 * order that was deleted before sending is documented only as "contains no data": here a nil sObject.
 */

/** Field values of one order; null leaves a field out, as Salesforce does. */
export type OrderFields = Readonly<Record<string, string | null>>;

/** What a message says; everything not given is a realistic default. */
export type OutboundMessageSpec = {
  organizationId?: string;
  actionId?: string;
  /** Each order is the default order with these fields over it; "deleted" is one that was gone before sending. */
  orders: readonly (OrderFields | "deleted")[];
  /** One per order, 18 characters; counted up by default. */
  notificationIds?: readonly string[];
};

/** The organisation that every message comes from unless it says otherwise. */
export const ORGANIZATION_ID = "00D000000000001EAA";

/** The order that every order of a message is unless it says otherwise; `Id` and `OrderNumber` count up. */
export const DEFAULT_ORDER = {
  Id: "801000000000001AAA",
  AccountId: "001000000000001AAA",
  CreatedDate: "2026-11-22T09:00:00.000Z",
  OrderNumber: "00000101",
  OwnerId: "005000000000001AAA",
  Status: "Draft",
  StatusCode: "Draft",
  SystemModstamp: "2026-11-22T10:00:00.000Z",
  TotalAmount: "1100.0",
} as const;

/** Writes one outbound message. */
export function toOutboundMessageXml(spec: OutboundMessageSpec): string {
  const organizationId = spec.organizationId ?? ORGANIZATION_ID;
  const url = (kind: string) =>
    `https://example.my.salesforce.com/services/Soap/${kind}/66.0/${organizationId.slice(0, 15)}`;
  const notifications = spec.orders.map((order, index) => {
    const id = spec.notificationIds?.[index] ?? toNumberedId("04l", index + 1);
    return `<Notification><Id>${toXmlText(id)}</Id>${toSObject(order, index)}</Notification>`;
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    '<soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">' +
    `<OrganizationId>${toXmlText(organizationId)}</OrganizationId>` +
    `<ActionId>${toXmlText(spec.actionId ?? "04k000000000001AAA")}</ActionId><SessionId xsi:nil="true"/>` +
    `<EnterpriseUrl>${url("c")}</EnterpriseUrl><PartnerUrl>${url("u")}</PartnerUrl>` +
    `${notifications.join("")}</notifications></soapenv:Body></soapenv:Envelope>`
  );
}

function toSObject(order: OrderFields | "deleted", index: number): string {
  if (order === "deleted") return '<sObject xsi:nil="true"/>';
  const { Id, ...rest }: OrderFields = {
    ...DEFAULT_ORDER,
    Id: toNumberedId("801", index + 1),
    OrderNumber: String(101 + index).padStart(8, "0"),
    ...order,
  };
  const byName = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = [["Id", Id ?? null] as const, ...byName].flatMap(([name, value]) =>
    value === null ? [] : [`<sf:${name}>${toXmlText(value)}</sf:${name}>`],
  );
  return `<sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${fields.join("")}</sObject>`;
}

/** Digits only, so that the suffix of the 18-character form is always AAA. */
function toNumberedId(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(12, "0")}AAA`;
}

function toXmlText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}
