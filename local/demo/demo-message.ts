/** Outbound messages of the demo orders, in the documented shape: SOAP 1.1, `Id` first, then the fields by name. */
import { DEMO_ORDERS, DEMO_ORGANIZATION_ID } from "./demo-organization.ts";

/** What an order goes through, again and again. */
const STATUSES = [
  { Status: "Draft", StatusCode: "Draft" },
  { Status: "In Approval", StatusCode: "Draft" },
  { Status: "Activated", StatusCode: "Activated" },
] as const;

/** All demo orders were created then; a first version so close to it is news of a new order. */
const CREATED = "2026-11-02T09:00:00.000Z";

/**
 * All demo orders: as they were created, or as they stand at an instant. The step follows the clock, so that no state
 * has to be kept between two messages; stamps have whole seconds, as in Salesforce.
 */
export function toDemoMessage(when: "created" | Date): string {
  const second = Math.floor(Date.parse(when === "created" ? CREATED : when.toISOString()) / 1_000);
  const notifications = DEMO_ORDERS.map((order, index) => {
    const step = when === "created" ? 0 : second + index;
    const fields = {
      Id: order.id,
      AccountId: order.account.id,
      CreatedDate: CREATED,
      OrderNumber: order.number,
      OwnerId: "005000000000001AAA",
      ...(STATUSES[step % STATUSES.length] ?? STATUSES[0]),
      SystemModstamp: new Date(second * 1_000).toISOString(),
      TotalAmount: (Number(order.amount) + (step % 50) * 10).toFixed(1),
    };
    const columns = Object.entries(fields).map(([name, value]) => `<sf:${name}>${value}</sf:${name}>`);
    const id = `04l${String(second).slice(-9)}${String(index).padStart(3, "0")}AAA`;
    return (
      `<Notification><Id>${id}</Id><sObject xsi:type="sf:Order" ` +
      `xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${columns.join("")}</sObject></Notification>`
    );
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ' +
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>' +
    '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">' +
    `<OrganizationId>${DEMO_ORGANIZATION_ID}</OrganizationId><ActionId>04k000000000001AAA</ActionId>` +
    `<SessionId xsi:nil="true"/>${notifications.join("")}</notifications></soapenv:Body></soapenv:Envelope>`
  );
}
