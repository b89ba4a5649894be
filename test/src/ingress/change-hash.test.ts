import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_CORE_FIELDS } from "../../../src/domain/order-change.ts";
import { parseOutboundMessage } from "../../../src/ingress/outbound-message.ts";
import { toOrderChange } from "../../../src/ingress/to-order-change.ts";
import { DEFAULT_ORDER, toOutboundMessageXml } from "../../support/outbound-message.ts";

const webhook = { coreFields: DEFAULT_CORE_FIELDS, otherFields: [], route: "outboundMessage" } as const;
const poll = { coreFields: DEFAULT_CORE_FIELDS, otherFields: [], route: "poll" } as const;

/** The default order as the REST API words it. */
const polledOrder = {
  ...DEFAULT_ORDER,
  CreatedDate: "2026-11-22T09:00:00.000+0000",
  SystemModstamp: "2026-11-22T10:00:00.000+0000",
  TotalAmount: "1100",
};

describe("toChangeHash, through toOrderChange,", () => {
  const hashOf = (fields: Record<string, string | null>, o: Parameters<typeof toOrderChange>[1] = webhook) =>
    toOrderChange(fields, o).changeHash;

  it("is made from the documented serialisation", () => {
    const input =
      '["orderbell-change-1","801000000000001AAA","2026-11-22T10:00:00.000Z",[' +
      '["AccountId","001000000000001AAA"],["CreatedDate","2026-11-22T09:00:00.000Z"],["Id","801000000000001AAA"],' +
      '["OwnerId","005000000000001AAA"],["Status","Draft"],["StatusCode","Draft"],' +
      '["SystemModstamp","2026-11-22T10:00:00.000Z"],["TotalAmount","1100"]]]';
    expect(hashOf(DEFAULT_ORDER)).toBe(createHash("sha256").update(input).digest("base64url").slice(0, 22));
  });

  it("never changes between releases", () => {
    expect(hashOf(DEFAULT_ORDER)).toBe("fUR_SwoDO6uYwiABCnAzeM");
  });

  it("is the same for a message, its XML, and a poll", () => {
    const [notification] = parseOutboundMessage(toOutboundMessageXml({ orders: [{}] })).notifications;
    expect(hashOf(notification?.fields ?? {})).toBe(hashOf(DEFAULT_ORDER));
    expect(hashOf(polledOrder, poll)).toBe(hashOf(DEFAULT_ORDER));
    expect(hashOf({ ...polledOrder, AccountId: null }, poll)).toBe(
      hashOf({ ...DEFAULT_ORDER, AccountId: "" }),
    );
  });

  it("is the same for custom core fields however each route writes their numbers, instants and line breaks", () => {
    const coreFields = ["Discount__c", "Due__c", "Note__c"];
    const sent = {
      ...DEFAULT_ORDER,
      Discount__c: "1.0E7",
      Due__c: "2026-12-01T08:00:00.000Z",
      Note__c: "a\nb",
    };
    const polled = {
      ...polledOrder,
      Discount__c: "10000000",
      Due__c: "2026-12-01T08:00:00.000+0000",
      Note__c: "a\r\nb",
    };
    expect(hashOf(polled, { ...poll, coreFields })).toBe(hashOf(sent, { ...webhook, coreFields }));
  });

  it("does not depend on the order of fields, the order of the configuration, or other fields", () => {
    const reversed = Object.fromEntries(Object.entries(DEFAULT_ORDER).reverse());
    const coreFields = [...DEFAULT_CORE_FIELDS].reverse();
    expect(hashOf({ ...reversed, Description: "x" }, { ...webhook, coreFields })).toBe(hashOf(DEFAULT_ORDER));
  });

  it("differs whenever a core field differs, also in null against text and between neighbouring fields", () => {
    const coreFields = ["A__c", "B__c"];
    const text = fc.option(
      fc.string({ unit: "binary", maxLength: 6 }).filter((t) => t !== "" && !/[\d\r]/.test(t)),
    );
    fc.assert(
      fc.property(text, text, text, text, (a1, b1, a2, b2) => {
        fc.pre(a1 !== a2 || b1 !== b2);
        const first = hashOf({ ...DEFAULT_ORDER, A__c: a1, B__c: b1 }, { ...webhook, coreFields });
        const second = hashOf({ ...DEFAULT_ORDER, A__c: a2, B__c: b2 }, { ...webhook, coreFields });
        expect(first).not.toBe(second);
      }),
    );
    expect(hashOf({ ...DEFAULT_ORDER, StatusCode: null })).not.toBe(
      hashOf({ ...DEFAULT_ORDER, StatusCode: "null" }),
    );
    expect(hashOf({ ...DEFAULT_ORDER, SystemModstamp: "2026-11-22T10:00:01Z" })).not.toBe(
      hashOf(DEFAULT_ORDER),
    );
  });
});
