// @ts-check
/** Outbound messages of a bulk load: every order in one message only, all of one account. */

export const ORDERS_PER_MESSAGE = 100;
export const ACCOUNT = "001000000000001AAA";

/** @param {number} message its place among the messages, from 0 */
export function toMessage(message) {
  const stamp = "2026-11-22T10:00:00.000Z";
  const notifications = Array.from({ length: ORDERS_PER_MESSAGE }, (_, index) => {
    const number = String(message * ORDERS_PER_MESSAGE + index + 1).padStart(12, "0");
    return (
      `<Notification><Id>04l${number}AAA</Id><sObject xsi:type="sf:Order" ` +
      `xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>801${number}AAA</sf:Id>` +
      `<sf:AccountId>${ACCOUNT}</sf:AccountId><sf:CreatedDate>${stamp}</sf:CreatedDate>` +
      `<sf:OrderNumber>${number}</sf:OrderNumber><sf:OwnerId>005000000000001AAA</sf:OwnerId>` +
      `<sf:Status>Draft</sf:Status><sf:StatusCode>Draft</sf:StatusCode>` +
      `<sf:SystemModstamp>${stamp}</sf:SystemModstamp><sf:TotalAmount>100.0</sf:TotalAmount></sObject></Notification>`
    );
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ' +
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    '<soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">' +
    "<OrganizationId>00D000000000001EAA</OrganizationId><ActionId>04k000000000001AAA</ActionId>" +
    `<SessionId xsi:nil="true"/>${notifications.join("")}</notifications></soapenv:Body></soapenv:Envelope>`
  );
}
