import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toMessageXml } from "../../../local/salesforce/message-xml.ts";
import type { OrderRecord } from "../../../local/salesforce/org-record.ts";
import { toDecimal } from "../../../src/ingress/canonical-value.ts";
import { parseOutboundMessage } from "../../../src/ingress/outbound-message.ts";

const ORGANIZATION_ID = "00D000000000001EAA";
const ID = "8010S0000000001QAA";

/** What a reader finds in the only notification of a message about this order. */
function roundTrip(fields: readonly string[], order: OrderRecord | undefined): Record<string, string | null> {
  const notifications = [{ id: "04l000000000001AAA", order }];
  const message = parseOutboundMessage(
    toMessageXml({ organizationId: ORGANIZATION_ID, fields, notifications }),
  );
  expect(message.organizationId).toBe(ORGANIZATION_ID);
  expect(message.notifications[0]?.outboundMessageNotificationId).toBe("04l000000000001AAA");
  return message.notifications[0]?.fields ?? {};
}

/** Any character that XML 1.0 can hold, the troublesome ones often. */
const xmlCharacter = fc.oneof(
  fc.constantFrom(
    "&",
    "<",
    ">",
    '"',
    "'",
    "]",
    "\r",
    "\n",
    "\t",
    "\u0085",
    "\u2028",
    "\uFFFD",
    "\uFEFF",
    "😀",
  ),
  fc.integer({ min: 0x20, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0xe000, max: 0xfffd }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
);
const xmlText = fc.string({ unit: xmlCharacter, maxLength: 200 });

describe("the XML of a message", () => {
  it("brings every text to the reader as it is", () => {
    fc.assert(
      fc.property(xmlText, (text) => {
        expect(roundTrip(["Description"], { Id: ID, Description: text })).toEqual({
          Id: ID,
          Description: text,
        });
      }),
      { numRuns: 500 },
    );
  });

  it("can be read whatever a text holds, and loses only what XML cannot hold", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 50 }),
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
        (a, b) => {
          const { Description } = roundTrip(["Description"], { Id: ID, Description: a + b });
          const kept = Array.from(a + b).filter((c) =>
            /[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(c),
          );
          expect(Description).toBe(kept.join(""));
        },
      ),
    );
  });

  it("brings every number to the reader at its value", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const text = roundTrip(["TotalAmount"], { Id: ID, TotalAmount: number })["TotalAmount"] ?? "";
        expect(Number(text)).toBe(number === 0 ? 0 : number);
        expect(Number(toDecimal(text))).toBe(number === 0 ? 0 : number);
      }),
    );
  });

  it.each([
    [1100, "1100.0"],
    [0, "0.0"],
    [-480.5, "-480.5"],
    [0.001, "0.001"],
    [0.00012, "1.2E-4"],
    [1234567, "1234567.0"],
    [9999999.99, "9999999.99"],
    [10000000, "1.0E7"],
    [12345678, "1.2345678E7"],
    [-12345678.9, "-1.23456789E7"],
  ])("writes the number %d as Java does: %s", (number, text) => {
    expect(roundTrip(["TotalAmount"], { Id: ID, TotalAmount: number })["TotalAmount"]).toBe(text);
  });

  it("spells values as SOAP does, by the type of the field", () => {
    const order = {
      Id: ID,
      SystemModstamp: "2026-11-22T10:00:00.000+0000",
      EffectiveDate: "2026-11-22",
      IsDeleted: false,
      OrderNumber: "00000101",
      Description: "moved from 2026-11-22T10:00:00.000+0000",
    };
    expect(roundTrip(Object.keys(order), order)).toEqual({
      ...order,
      IsDeleted: "false",
      SystemModstamp: "2026-11-22T10:00:00.000Z",
    });
  });

  it("has Id first and then the selected fields by name, without empty ones", () => {
    const order = {
      Id: ID,
      Status: "Draft",
      AccountId: "001",
      Region__c: null,
      TotalAmount: 1,
      PoNumber: "7",
    };
    const fields = roundTrip(
      ["TotalAmount", "Status", "Id", "Region__c", "AccountId", "Status", "Unknown__c"],
      order,
    );
    expect(Object.keys(fields)).toEqual(["Id", "AccountId", "Status", "TotalAmount"]);
  });

  it("has no data of an order that is deleted or unknown", () => {
    expect(roundTrip(["Status"], { Id: ID, Status: "Draft", IsDeleted: true })).toEqual({});
    expect(roundTrip(["Status"], undefined)).toEqual({});
  });

  it("has a nil session id and holds a hundred notifications", () => {
    const notifications = Array.from({ length: 100 }, (_, n) => ({
      id: `04l${String(n).padStart(12, "0")}AAA`,
      order: { Id: ID, Status: "Draft" },
    }));
    const xml = toMessageXml({ organizationId: ORGANIZATION_ID, fields: ["Status"], notifications });
    expect(xml).toContain('<SessionId xsi:nil="true"/>');
    expect(parseOutboundMessage(xml).notifications.map((each) => each.outboundMessageNotificationId)).toEqual(
      notifications.map((each) => each.id),
    );
  });
});
