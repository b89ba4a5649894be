import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseOutboundMessage } from "../../../src/ingress/outbound-message.ts";
import { DEFAULT_ORDER, ORGANIZATION_ID, toOutboundMessageXml } from "../../support/outbound-message.ts";

const readFixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/outbound-messages/${name}.xml`, import.meta.url), "utf8");

describe("parseOutboundMessage", () => {
  it("reads one order as Salesforce sends it, every value as text", () => {
    expect(parseOutboundMessage(readFixture("one-order"))).toEqual({
      organizationId: "00D7F00000107XsUAI",
      actionId: "04k7F0000008V3hQAE",
      notifications: [
        {
          outboundMessageNotificationId: "04l7F000008aeAyQAI",
          fields: {
            Id: "801bm000029lXiHAAU",
            AccountId: "001bm000028FNI2AAO",
            CreatedDate: "2026-11-20T08:15:30.000Z",
            EffectiveDate: "2026-11-22",
            IsReductionOrder: "false",
            OrderNumber: "00000114",
            OwnerId: "00558000001N0KeAAK",
            Status: "Activated",
            StatusCode: "Activated",
            SystemModstamp: "2026-11-22T10:00:00.000Z",
            TotalAmount: "1100.0",
          },
        },
      ],
    });
  });

  it("reads several notifications in order, those of deleted orders without fields, and needs no SessionId", () => {
    const { notifications } = parseOutboundMessage(readFixture("batch-with-deleted"));
    expect(notifications).toEqual([
      {
        outboundMessageNotificationId: "04l7F000008aeAyQAI",
        fields: { Id: "801bm000029lXiHAAU", Status: "Draft" },
      },
      { outboundMessageNotificationId: "04l7F000008aeAzQAI", fields: {} },
      { outboundMessageNotificationId: "04l7F000008aeB0QAI", fields: {} },
      { outboundMessageNotificationId: "04l7F000008aeB1QAI", fields: {} },
    ]);
  });

  it("reads custom, packaged, nil, empty, compound, escaped and CDATA fields under any prefix", () => {
    expect(parseOutboundMessage(readFixture("custom-fields")).notifications[0]?.fields).toEqual({
      Id: "801bm000029lXiHAAU",
      Region__c: "EMEA",
      acme__Carrier_Name__c: "Müller & Søn <Spedition>",
      Description: '5 < 6 & "fragile" ]]> up',
      PoNumber: null,
      Comment__c: "",
      "BillingAddress.city": "Köln",
      "BillingAddress.postalCode": "05001",
    });
  });

  it("reads what the builder of the tests writes", () => {
    const message = parseOutboundMessage(
      toOutboundMessageXml({ orders: [{}, "deleted", { Status: "A & B", TotalAmount: null }] }),
    );
    expect(message.organizationId).toBe(ORGANIZATION_ID);
    expect(message.notifications.map((n) => n.outboundMessageNotificationId)).toEqual([
      "04l000000000001AAA",
      "04l000000000002AAA",
      "04l000000000003AAA",
    ]);
    const { TotalAmount: _, ...rest } = DEFAULT_ORDER;
    expect(message.notifications.map((n) => n.fields)).toEqual([
      DEFAULT_ORDER,
      {},
      { ...rest, Id: "801000000000003AAA", OrderNumber: "00000103", Status: "A & B" },
    ]);
  });

  it("reads a message with a byte order mark, comments inside text, and the partner namespace", () => {
    const xml = toOutboundMessageXml({ orders: [{}] })
      .replace("urn:sobject.enterprise", "urn:sobject.partner")
      .replace(">00000101<", ">0000<!-- x -->0101<");
    expect(parseOutboundMessage(`\uFEFF${xml}`).notifications[0]?.fields["OrderNumber"]).toBe("00000101");
  });

  it("reads 100 notifications", () => {
    const orders = Array.from({ length: 100 }, () => ({}));
    expect(parseOutboundMessage(toOutboundMessageXml({ orders })).notifications).toHaveLength(100);
  });

  it("keeps a field that has the name of an object's own property", () => {
    const [notification] = parseOutboundMessage(
      toOutboundMessageXml({ orders: [{ constructor: "x" }] }),
    ).notifications;
    expect(notification?.fields["constructor"]).toBe("x");
  });
});
