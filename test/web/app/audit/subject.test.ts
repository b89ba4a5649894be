import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toSalesforceId } from "../../../../src/ingress/canonical-value.ts";
import {
  fromQuery,
  type Subject,
  toHref,
  toSubject,
  toSubjectHref,
} from "../../../../web/app/audit/subject.ts";
import { INSTANCE_ID, ORDER_ID } from "./audit-answers.ts";

const order: Subject = { kind: "order", id: ORDER_ID };

describe("what somebody types or pastes", () => {
  it.each([
    ["an id of 18 characters", ORDER_ID],
    ["an id of 15 characters", ORDER_ID.slice(0, 15)],
    ["an id between spaces and line breaks", `  ${ORDER_ID}\n`],
    [
      "an order's address in Salesforce",
      `https://acme.lightning.force.com/lightning/r/Order/${ORDER_ID}/view`,
    ],
    ["a short address in Salesforce", `https://acme.my.salesforce.com/${ORDER_ID.slice(0, 15)}`],
    ["a link to this page", `https://orders.example/app/audit/?order=${ORDER_ID}`],
  ])("names an order by %s", (_, text) => {
    expect(toSubject(text)).toEqual(order);
  });

  it.each([
    INSTANCE_ID,
    `${INSTANCE_ID}:p12b3`,
    "escalate-8204676799876-q3J8fKx0Zt5uVbNcYwA1-g",
    "digests-2026-11-22T07-00",
  ])("names the orchestration %s", (id) => {
    expect(toSubject(id)).toEqual({ kind: "orchestration", id });
    expect(toSubject(`https://orders.example${toHref("orchestration", id)}`)).toEqual({
      kind: "orchestration",
      id,
    });
  });

  it("is nothing when it is blank", () => {
    expect(toSubject(" \t")).toEqual({ kind: "none" });
  });

  it.each([
    ["one character too few", ORDER_ID.slice(0, 17), /15 or 18 characters; this one has 17/],
    ["an account", "001000000000001AAA", /begins with 001, so it is not an order/],
    ["an id whose capitals were lost", ORDER_ID.toLowerCase(), /last three characters do not fit/],
    ["a name", "the order of Acme", /not an id/],
    ["a path", "../../admin", /not an id/],
    ["more than any id has", `order-${"x".repeat(120)}`, /not an id/],
  ])("is refused in words: %s", (_, text, problem) => {
    expect(toSubject(text)).toMatchObject({ kind: "wrong", text, problem: expect.stringMatching(problem) });
  });

  it("comes to the same 18 characters as the server", () => {
    const character = fc.constantFrom(...Array.from("ABCXYZabcxyz0189"));
    const short = fc.array(character, { minLength: 12, maxLength: 12 }).map((rest) => `801${rest.join("")}`);
    fc.assert(
      fc.property(short, (id) => {
        const subject: Subject = { kind: "order", id: toSalesforceId(id) };
        expect(toSubject(id)).toEqual(subject);
        expect(toSubject(toSalesforceId(id))).toEqual(subject);
      }),
    );
  });

  it("never ends in an address that leads elsewhere", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const subject = toSubject(text);
        const { origin, pathname, search } = new URL(toSubjectHref(subject), "https://orders.example");
        expect([origin, pathname]).toEqual(["https://orders.example", "/app/audit/"]);
        expect(fromQuery(search).kind).toBe(subject.kind);
      }),
    );
  });
});

describe("the page's address", () => {
  it("names an order, an orchestration or nothing", () => {
    expect(fromQuery(`?order=${ORDER_ID.slice(0, 15)}`)).toEqual(order);
    expect(fromQuery(`?orchestration=${INSTANCE_ID}:p1`)).toEqual({
      kind: "orchestration",
      id: `${INSTANCE_ID}:p1`,
    });
    expect(fromQuery("")).toEqual({ kind: "none" });
  });

  it("is readable", () => {
    expect(toHref("orchestration", `${INSTANCE_ID}:p1`)).toBe(`/app/audit/?orchestration=${INSTANCE_ID}:p1`);
  });
});
