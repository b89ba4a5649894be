import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrgError } from "../../../local/salesforce/org-error.ts";
import { parseSoql, printSoql, type SoqlCondition, type SoqlQuery } from "../../../local/salesforce/soql.ts";
import type { SoqlLiteral } from "../../../local/salesforce/soql-tokens.ts";

const RESERVED = ["null", "true", "false", "and", "or", "where", "order", "limit", "select", "from"];
const name = fc.stringMatching(/^[A-Za-z]\w{0,12}$/).filter((text) => !RESERVED.includes(text.toLowerCase()));
const instant = fc
  .date({ min: new Date("1970-01-01"), max: new Date("9999-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const literal: fc.Arbitrary<SoqlLiteral> = fc.oneof(
  instant.map((value): SoqlLiteral => ({ kind: "dateTime", value })),
  instant.map((value): SoqlLiteral => ({ kind: "date", value: value.slice(0, 10) })),
  fc.string({ unit: "binary" }).map((value): SoqlLiteral => ({ kind: "string", value })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value): SoqlLiteral => ({ kind: "number", value: value === 0 ? 0 : value })),
  fc.boolean().map((value): SoqlLiteral => ({ kind: "boolean", value })),
  fc.constant<SoqlLiteral>({ kind: "null" }),
);
const comparison: fc.Arbitrary<SoqlCondition> = fc.oneof(
  fc.record({
    kind: fc.constant("compare" as const),
    field: fc.constantFrom("SystemModstamp", "Id"),
    operator: fc.constantFrom("=", "!=", "<", "<=", ">", ">="),
    literal,
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    field: name,
    operator: fc.constantFrom("=", "!="),
    literal,
  }),
);
const { condition } = fc.letrec<{ condition: SoqlCondition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    comparison,
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      conditions: fc.array(tie("condition"), { minLength: 2, maxLength: 4 }),
    }),
  ),
}));
const query: fc.Arbitrary<SoqlQuery> = fc.record({
  fields: fc.array(name, { minLength: 1, maxLength: 8 }),
  where: fc.option(condition),
  isOrdered: fc.boolean(),
  limit: fc.option(fc.nat()),
});

describe("parseSoql", () => {
  it("reads every query that was written", () => {
    fc.assert(
      fc.property(query, (each) => {
        expect(parseSoql(printSoql(each))).toEqual(each);
      }),
    );
  });

  it("reads a query in whatever case and spacing its words are", () => {
    fc.assert(
      fc.property(query, fc.constantFrom(" ", "\n", "  \t"), (each, space) => {
        const plain = { ...each, where: null };
        const text = printSoql(plain).replaceAll(/\b(?:SELECT|FROM|ORDER BY|ASC|LIMIT)\b/g, (word) =>
          word.toLowerCase(),
        );
        expect(parseSoql(`${space}${text.replaceAll(" ", space)}${space}`)).toEqual(plain);
      }),
    );
  });

  it("answers any text with a query or an OrgError, soon", () => {
    const piece = fc.constantFrom(
      "SELECT",
      "Id",
      ",",
      "FROM",
      "Order",
      "WHERE",
      "(",
      ")",
      "=",
      "'",
      "\\",
      "AND",
      "1",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join(" ")),
    );
    fc.assert(
      fc.property(text, (each) => {
        try {
          parseSoql(each);
        } catch (error) {
          expect(error).toBeInstanceOf(OrgError);
        }
      }),
    );
    const deep = `SELECT Id FROM Order WHERE ${"(".repeat(100_000)}`;
    expect(() => parseSoql(deep)).toThrow("unexpected token: '('");
    expect(() => parseSoql(`SELECT Id FROM Order WHERE Id = '${"\\".repeat(100_000)}`)).toThrow(OrgError);
  });

  it("reads the keyset after a position", () => {
    const read = parseSoql(
      "SELECT Id, SystemModstamp FROM Order WHERE SystemModstamp < 2026-11-22T11:00:00.000Z AND " +
        "((SystemModstamp = 2026-11-22T10:00:00.000Z AND Id > '801000000000001AAA') OR " +
        "SystemModstamp > 2026-11-22T10:00:00.000Z) ORDER BY SystemModstamp ASC, Id ASC LIMIT 200",
    );
    expect(read).toMatchObject({
      fields: ["Id", "SystemModstamp"],
      where: { kind: "and", conditions: [{ operator: "<" }, { kind: "or" }] },
      isOrdered: true,
      limit: 200,
    });
  });

  it.each([
    ["", "unexpected token: '<EOF>'"],
    ["q=SELECT Id FROM Order", "unexpected token: 'q'"],
    ["SELECT FROM Order", "unexpected token: 'Order'"],
    ["SELECT Id FROM Order WHERE", "unexpected token: '<EOF>'"],
    ["SELECT Id FROM Order WHERE Status IS NULL", "unexpected token: 'IS'"],
    ["SELECT Id FROM Order WHERE Status < 'Draft'", "unexpected token: '<'"],
    ["SELECT Id FROM Order WHERE Id = '1' AND Id = '2' OR Id = '3'", "unexpected token: 'OR'"],
    ["SELECT Id FROM Order WHERE Status = 'It's", "unexpected token: 's'"],
    ["SELECT Id FROM Order WHERE Status = 'It", "unexpected token: '''"],
    [
      "SELECT Id FROM Order WHERE SystemModstamp > 2026-13-22T10:00:00Z",
      "unexpected token: '2026-13-22T10:00:00Z'",
    ],
    ["SELECT Id FROM Order ORDER BY CreatedDate", "unexpected token: 'CreatedDate'"],
    ["SELECT Id FROM Order ORDER BY SystemModstamp DESC, Id", "unexpected token: 'DESC'"],
    ["SELECT Id FROM Order LIMIT -1", "unexpected token: '-1'"],
    ["SELECT COUNT() FROM Order", "unexpected token: '('"],
    ["SELECT Id FROM Order; DROP", "unexpected token: ';'"],
  ])("refuses %j", (text, message) => {
    expect(() => parseSoql(text)).toThrow(new OrgError("MALFORMED_QUERY", message));
  });

  it("knows no other object than Order", () => {
    expect(() => parseSoql("SELECT Id FROM Account")).toThrow("sObject type 'Account' is not supported.");
  });
});
