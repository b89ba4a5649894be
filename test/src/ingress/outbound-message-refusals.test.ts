import { describe, expect, it } from "vitest";
import { OutboundMessageError } from "../../../src/ingress/outbound-message-error.ts";
import { parseOutboundMessage } from "../../../src/ingress/outbound-message.ts";
import { ORGANIZATION_ID, toOutboundMessageXml } from "../../support/outbound-message.ts";

const usual = toOutboundMessageXml({ orders: [{}] });

function refusalOf(xml: string): OutboundMessageError {
  try {
    parseOutboundMessage(xml);
  } catch (error) {
    if (error instanceof OutboundMessageError) return error;
    throw error;
  }
  throw new Error("The message was accepted.");
}

/** Replaces exactly one place, so that a test cannot pass because its edit missed. */
function edited(from: string, to: string): string {
  const parts = usual.split(from);
  if (parts.length !== 2) throw new Error(`${from} stands ${parts.length - 1} times in the message`);
  return parts.join(to);
}

describe("parseOutboundMessage refuses", () => {
  const field = (xml: string) => edited("<sf:Status>Draft</sf:Status>", xml);
  const order = '<sObject xsi:type="sf:Order"';
  const header = (xml: string) =>
    edited("<soapenv:Body>", `<soapenv:Header>${xml}</soapenv:Header><soapenv:Body>`);
  const nested = (levels: number) => header(`${"<a>".repeat(levels)}x${"</a>".repeat(levels)}`);

  it.each<[string, string, OutboundMessageError["reason"], RegExp]>([
    ["an empty body", "", "notXml", /not well-formed/],
    ["text that is not XML", "Order 42 changed", "notXml", /not well-formed/],
    ["JSON", '{"Id":"801000000000001AAA"}', "notXml", /not well-formed/],
    ["a truncated document", usual.slice(0, -5), "notXml", /not well-formed/],
    ["elements that cross", field("<sf:A__c><sf:B></sf:A__c></sf:B>"), "notXml", /not well-formed/],
    ["a second root", `${usual}<x/>`, "notXml", /not well-formed/],
    ["an unbound prefix", field("<zz:A>x</zz:A>"), "notXml", /unbound/],
    ["an unknown entity", field("<sf:A>&nbsp;</sf:A>"), "notXml", /entity/],
    ["a character that XML forbids", field("<sf:A>\u0000</sf:A>"), "notXml", /character/],
    [
      "the same attribute twice",
      edited('xsi:nil="true"', 'xsi:nil="true" xsi:nil="true"'),
      "notXml",
      /duplicate/,
    ],
    [
      "a DOCTYPE with entities",
      edited(
        'encoding="UTF-8"?>',
        'encoding="UTF-8"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
      ),
      "doctype",
      /DOCTYPE/,
    ],
    [
      "a processing instruction",
      edited("<soapenv:Body>", "<?php echo 1 ?><soapenv:Body>"),
      "processingInstruction",
      /"php"/,
    ],
    [
      "another encoding",
      edited('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
      "unknownEncoding",
      /ISO-8859-1.*UTF-8/,
    ],
    ["elements nested deeper than 16", nested(15), "tooDeep", /deeper than 16/],
    ["another root", "<order/>", "notAnOutboundMessage", /"\{\}order"; expected Envelope/],
    [
      "SOAP 1.2",
      edited("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
      "notAnOutboundMessage",
      /2003\/05.*expected Envelope of http:\/\/schemas/,
    ],
    [
      "another request",
      edited("2005/09/outbound", "2006/04/metadata"),
      "notAnOutboundMessage",
      /metadata.*expected notifications/,
    ],
    [
      "a body without message",
      usual.replace(/<notifications.*<\/notifications>/, ""),
      "notAnOutboundMessage",
      /no notifications element/,
    ],
    [
      "a second body",
      edited("</soapenv:Envelope>", "<soapenv:Body/></soapenv:Envelope>"),
      "notAnOutboundMessage",
      /second "Body"/,
    ],
    [
      "a message without OrganizationId",
      edited(`<OrganizationId>${ORGANIZATION_ID}</OrganizationId>`, ""),
      "noOrganizationId",
      /OrganizationId/,
    ],
    ["an empty OrganizationId", edited(`>${ORGANIZATION_ID}<`, "> <"), "noOrganizationId", /OrganizationId/],
    [
      "two OrganizationIds",
      edited("<ActionId>", "<OrganizationId>00D000000000002EAA</OrganizationId><ActionId>"),
      "notAnOutboundMessage",
      /second "OrganizationId"/,
    ],
    [
      "a message without ActionId",
      edited("<ActionId>04k000000000001AAA</ActionId>", ""),
      "noActionId",
      /ActionId/,
    ],
    ["a message without notification", toOutboundMessageXml({ orders: [] }), "noNotification", /1 to 100/],
    [
      "101 notifications",
      toOutboundMessageXml({ orders: Array.from({ length: 101 }, () => ({})) }),
      "tooManyNotifications",
      /more than 100/,
    ],
    [
      "a notification without Id",
      edited("<Id>04l000000000001AAA</Id>", ""),
      "noNotificationId",
      /without Id/,
    ],
    [
      "a notification with two sObjects",
      edited("</sObject>", "</sObject><sObject/>"),
      "notAnOutboundMessage",
      /second "sObject"/,
    ],
    [
      "another object",
      edited('"sf:Order"', '"sf:Opportunity"'),
      "notAnOrder",
      /"sf:Opportunity"; expected Order/,
    ],
    [
      "an Order of another namespace",
      edited('xsi:type="sf:Order"', 'xsi:type="xsd:Order"'),
      "notAnOrder",
      /"xsd:Order"/,
    ],
    ["fields without a type", edited(' xsi:type="sf:Order"', ""), "notAnOrder", /without xsi:type/],
    [
      "a field of another namespace",
      field("<Status>Draft</Status>"),
      "notAnOutboundMessage",
      /expected a field/,
    ],
    [
      "a field name that Salesforce cannot have",
      field("<sf:__proto__>x</sf:__proto__>"),
      "notAnOutboundMessage",
      /__proto__/,
    ],
    [
      "the same field twice",
      field("<sf:Status>A</sf:Status><sf:Status>B</sf:Status>"),
      "notAnOutboundMessage",
      /second "Status"/,
    ],
    [
      "text beside elements in a field",
      field("<sf:A__c>x<sf:b>y</sf:b></sf:A__c>"),
      "notAnOutboundMessage",
      /mixes/,
    ],
    // What was passed over would be acknowledged and lost.
    [
      "text between fields",
      field("&lt;sf:Status>Draft&lt;/sf:Status>"),
      "notAnOutboundMessage",
      /Found text in sObject/,
    ],
    [
      "text in a CDATA section between notifications",
      edited("<Notification>", "<![CDATA[x]]><Notification>"),
      "notAnOutboundMessage",
      /Found text in notifications/,
    ],
    [
      "a notification by another name",
      usual.replaceAll("Notification>", "Notifications>"),
      "notAnOutboundMessage",
      /Notifications"; expected what the WSDL/,
    ],
    [
      "a notification of another namespace",
      edited("<Notification>", '<Notification xmlns="urn:x">'),
      "notAnOutboundMessage",
      /urn:x/,
    ],
    [
      "an sObject by another name",
      edited("<sObject ", "<sobject ").replace("</sObject>", "</sobject>"),
      "notAnOutboundMessage",
      /sobject"; expected Id or sObject/,
    ],
    [
      "an unknown element beside the body",
      edited("<soapenv:Body>", "<soapenv:Buddy/><soapenv:Body>"),
      "notAnOutboundMessage",
      /Buddy"; expected Header or Body/,
    ],
    [
      "elements inside the address of the sender",
      edited("<PartnerUrl>", "<PartnerUrl><Notification/>"),
      "notAnOutboundMessage",
      /expected text alone/,
    ],
    [
      "a header that must be understood",
      header('<a xmlns="urn:x" soapenv:mustUnderstand="1"/>'),
      "notAnOutboundMessage",
      /must be understood/,
    ],
    [
      "a nil field with a value",
      field('<sf:Status xsi:nil="true">Draft</sf:Status>'),
      "notAnOutboundMessage",
      /"Status" is nil and has content/,
    ],
    [
      "a nil order with fields",
      edited(order, `${order} xsi:nil="1"`),
      "notAnOutboundMessage",
      /"sObject" is nil and has content/,
    ],
    [
      "a nil that is neither true nor false",
      field('<sf:Status xsi:nil="yes"/>'),
      "notAnOutboundMessage",
      /nil is "yes"/,
    ],
    [
      "a nil after a space that is none in XML",
      field('<sf:Status xsi:nil="\u00a0true"/>'),
      "notAnOutboundMessage",
      /nil is/,
    ],
    [
      "an attribute of no known meaning",
      field('<sf:Status href="#1"/>'),
      "notAnOutboundMessage",
      /attribute "href"/,
    ],
    [
      "an xsi attribute of no known meaning",
      field('<sf:Status xsi:nul="true"/>'),
      "notAnOutboundMessage",
      /attribute "xsi:nul"/,
    ],
    [
      "elements in a field that has no parts",
      field("<sf:ContractId><sf:Name>x</sf:Name></sf:ContractId>"),
      "notAnOutboundMessage",
      /Name"; expected text alone in "ContractId"/,
    ],
    [
      "a compound field twice",
      field("<sf:A__c><sf:x>1</sf:x></sf:A__c><sf:A__c><sf:y>1</sf:y></sf:A__c>"),
      "notAnOutboundMessage",
      /second "A__c"/,
    ],
    [
      "a part twice",
      field("<sf:A__c><sf:x>1</sf:x><sf:x>2</sf:x></sf:A__c>"),
      "notAnOutboundMessage",
      /second "x"/,
    ],
    [
      "a field as text and as compound",
      field("<sf:A__c>1</sf:A__c><sf:A__c><sf:y>1</sf:y></sf:A__c>"),
      "notAnOutboundMessage",
      /second "A__c"/,
    ],
    [
      "a second SessionId",
      edited("<ActionId>", "<SessionId/><ActionId>"),
      "notAnOutboundMessage",
      /second "SessionId"/,
    ],
    [
      "an ActionId that is no id",
      edited("04k000000000001AAA", "04k000000000ctionId>04k000000000001AAA"),
      "malformedId",
      /ActionId is "04k0+ctionId/,
    ],
    [
      "the notification id of a deleted order that is no id",
      toOutboundMessageXml({ orders: ["deleted"], notificationIds: ["04l"] }),
      "malformedId",
      /Id is "04l"/,
    ],
    [
      "more than 100 attributes of one element",
      edited(
        "<soapenv:Body>",
        `<soapenv:Body ${Array.from({ length: 101 }, (_, i) => `xmlns:a${i}="x"`).join(" ")}>`,
      ),
      "notAnOutboundMessage",
      /more than 100 attributes/,
    ],
    [
      "a namespace with a space behind it",
      edited('soap.sforce.com"', 'soap.sforce.com\u2028"'),
      "notAnOutboundMessage",
      /ends with a space/,
    ],
    ["a type with an empty prefix", edited('"sf:Order"', '":Order"'), "notAnOrder", /":Order"/],
    ["XML 1.1", edited('version="1.0"', 'version="1.1"'), "notXml", /XML "1\.1"; expected 1\.0/],
    [
      "elements inside an id",
      edited(`>${ORGANIZATION_ID}<`, ">00D<b/>000000000001EAA<"),
      "notAnOutboundMessage",
      /expected text alone/,
    ],
  ])("%s", (_, xml, reason, message) => {
    const error = refusalOf(xml);
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
  });

  it("deep nesting only beyond the limit", () => {
    expect(parseOutboundMessage(nested(14)).notifications).toHaveLength(1);
  });

  it("with at most 80 characters of what was sent", () => {
    const long = "Z".repeat(5_000);
    for (const xml of [
      `<${long}/>`,
      edited('"sf:Order"', `"sf:${long}"`),
      field(`<sf:${long}>1</sf:${long}><sf:${long}/>`),
      field(`<sf:${long} xsi:nil="1">1</sf:${long}>`),
      field(`<sf:${long}><sf:a/></sf:${long}>`),
      field(`<sf:A xsi:nil="${long}"/>`),
      field(`<sf:A xsi:${long}=""/>`),
      edited("04k000000000001AAA", long),
      `<a>&${long};</a>`,
    ]) {
      const echoed = /Z+/.exec(refusalOf(xml).message)?.[0] ?? "";
      expect(echoed.length).toBeLessThanOrEqual(80);
    }
  });
});
