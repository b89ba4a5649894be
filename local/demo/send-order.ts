/**
 * `npm run order`: plays Salesforce. Posts one outbound message with the three demo orders, each one step further:
 * new, then another amount, then activated, and round again.
 */
import { parseArgs } from "node:util";
import { DEMO_ORDERS, DEMO_ORGANIZATION_ID } from "./demo-organization.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "7071" } } });
const url = `http://127.0.0.1:${values.port}/api/salesforce/outbound-messages?code=local`;
const now = new Date();
/** Steps follow the clock, so that no state has to be kept between two runs. */
const step = Math.floor(now.getTime() / 1_000);

const body = toMessage(DEMO_ORDERS.map((order, index) => toFields(order, step + index)));
try {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "text/xml; charset=UTF-8" }, body });
  const answer = await response.text();
  const acknowledged = answer.includes("<Ack>true</Ack>");
  process.stdout.write(
    acknowledged ? "Acknowledged: three orders changed. Look at the bell.\n" : `${response.status}: ${answer}\n`,
  );
  process.exitCode = acknowledged ? 0 : 1;
} catch (error) {
  process.stderr.write(`OrderBell does not answer on port ${values.port}. Is npm start running? (${String(error)})\n`);
  process.exitCode = 1;
}

function toFields({ id, number, account, amount }: (typeof DEMO_ORDERS)[number], turn: number) {
  const isActivated = turn % 3 === 0;
  return {
    Id: id,
    AccountId: account.id,
    CreatedDate: "2026-11-02T09:00:00.000Z",
    OrderNumber: number,
    OwnerId: "005000000000001AAA",
    Status: isActivated ? "Activated" : "Draft",
    StatusCode: isActivated ? "Activated" : "Draft",
    SystemModstamp: new Date(step * 1_000).toISOString(),
    TotalAmount: String(Number(amount) + (turn % 50) * 10),
  };
}

/** The documented shape of an outbound message: SOAP 1.1, fields by name after Id. */
function toMessage(orders: readonly Record<string, string>[]): string {
  const notifications = orders.map((fields, index) => {
    const id = `04l${String(step).slice(-9)}${String(index).padStart(3, "0")}AAA`;
    const columns = Object.entries(fields).map(([name, value]) => `<sf:${name}>${value}</sf:${name}>`);
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
