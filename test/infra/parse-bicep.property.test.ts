/** The parser of Bicep: what is written comes back, and nothing else comes out of it than a tree or a problem. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expression } from "../../scripts/infra/bicep-syntax.ts";
import { parseBicep } from "../../scripts/infra/parse-bicep.ts";
import { SyntaxProblem } from "../../scripts/infra/problem.ts";

const name = fc
  .stringMatching(/^[A-Za-z_]\w{0,6}$/)
  .filter((word) => !["true", "false", "null", "for", "if"].includes(word));
const text = fc
  .array(fc.constantFrom("a", "'", "\\", "$", "{", "}", "\n", "\t", "é", "/", " ", '"'), { maxLength: 8 })
  .map((letters) => letters.join(""));
const line = 0;

/** Every expression that does not depend on precedence, and every other one in parentheses. */
const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const below = tie("expression");
  const literal: fc.Arbitrary<Expression> = fc.oneof(
    text.map((value): Expression => ({ kind: "string", parts: value === "" ? [""] : [value], line })),
    fc.nat().map((value): Expression => ({ kind: "number", value, line })),
    fc.boolean().map((value): Expression => ({ kind: "boolean", value, line })),
    fc.constant<Expression>({ kind: "null", line }),
    name.map((word): Expression => ({ kind: "name", name: word, line })),
  );
  const property = fc.record({
    kind: fc.constant("property" as const),
    name,
    value: below,
    line: fc.constant(line),
  });
  return {
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      literal,
      fc.array(below, { maxLength: 3 }).map((items): Expression => ({ kind: "array", items, line })),
      fc.array(property, { maxLength: 3 }).map((members): Expression => ({ kind: "object", members, line })),
      below.map((inner): Expression => ({ kind: "string", parts: ["a", inner, "b"], line })),
      fc
        .tuple(below, name)
        .map(([target, word]): Expression => ({ kind: "member", target, name: word, line })),
      fc.tuple(below, below).map(([target, index]): Expression => ({ kind: "index", target, index, line })),
      fc
        .tuple(name, fc.array(below, { maxLength: 2 }))
        .map(([word, args]): Expression => ({ kind: "call", target: null, name: word, args, line })),
      fc
        .tuple(fc.constantFrom("??", "||", "&&", "==", "<=", "+", "-", "*"), below, below)
        .map(([operator, left, right]): Expression => ({ kind: "binary", operator, left, right, line })),
      fc.tuple(below, below, below).map(([condition, whenTrue, whenFalse]): Expression => {
        return { kind: "ternary", condition, whenTrue, whenFalse, line };
      }),
      below.map((operand): Expression => ({ kind: "unary", operand, line })),
    ),
  };
});

function quote(value: string): string {
  return value
    .replaceAll(/['\\]/g, "\\$&")
    .replaceAll("${", "\\${")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t");
}

function write(one: Expression): string {
  switch (one.kind) {
    case "string":
      return `'${one.parts.map((part) => (typeof part === "string" ? quote(part) : `\${${write(part)}}`)).join("")}'`;
    case "number":
    case "boolean":
      return String(one.value);
    case "null":
      return "null";
    case "name":
      return one.name;
    case "array":
      return `[${one.items.map(write).join(", ")}]`;
    case "object":
      return `{${one.members.map((member) => (member.kind === "property" ? `${member.name}: ${write(member.value)}` : "")).join(", ")}}`;
    case "member":
      return `(${write(one.target)}).${one.name}`;
    case "index":
      return `(${write(one.target)})[${write(one.index)}]`;
    case "call":
      return `${one.name}(${one.args.map(write).join(", ")})`;
    case "unary":
      return `!(${write(one.operand)})`;
    case "binary":
      return `(${write(one.left)}) ${one.operator} (${write(one.right)})`;
    case "ternary":
      return `(${write(one.condition)}) ? (${write(one.whenTrue)}) : (${write(one.whenFalse)})`;
    case "for":
    case "if":
      throw new Error("is not made here");
  }
}

function parseValue(source: string): unknown {
  const { declarations } = parseBicep("a.bicep", `var it = ${source}`);
  return JSON.parse(
    JSON.stringify(declarations[0]?.value, (key, value: unknown) => (key === "line" ? 0 : value)),
  );
}

describe("parseBicep", () => {
  it("reads every expression that can be written", () => {
    fc.assert(
      fc.property(expression, (one) => {
        expect(parseValue(write(one))).toEqual(one);
      }),
    );
  });

  it("answers any text with a tree or with a line of it", () => {
    const piece = fc.constantFrom(
      ...Array.from("{}[]().,:?=!'\n@$ "),
      "'''",
      "${",
      "param a",
      "resource b 'A/b@1' = ",
      "for",
      "if",
      "//",
      "/*",
      "0",
      "var c =",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const source = pieces.join("");
        try {
          parseBicep("a.bicep", source);
        } catch (error) {
          if (!(error instanceof SyntaxProblem)) throw error;
          expect(error.line).toBeGreaterThanOrEqual(1);
          expect(error.line).toBeLessThanOrEqual(source.split("\n").length);
        }
      }),
    );
  });

  it.each([
    ["1 + 2 * 3", { left: { value: 1 }, operator: "+", right: { operator: "*" } }],
    ["a == b && c != d", { operator: "&&", left: { operator: "==" }, right: { operator: "!=" } }],
    ["a ? b : c.d[0]", { kind: "ternary", whenFalse: { kind: "index", target: { kind: "member" } } }],
    ["!a.b", { kind: "unary", operand: { kind: "member" } }],
    ["a ?? b == c", { operator: "??", right: { operator: "==" } }],
    ["a ? b : c ? d : e", { kind: "ternary", whenFalse: { kind: "ternary" } }],
    ["'a${b.c}d'", { kind: "string", parts: ["a", { kind: "member" }, "d"] }],
    ["'''\na${b}'''", { kind: "string", parts: ["a${b}"] }],
    ["[for (a, i) in b: { c: a }]", { kind: "for", item: "a", index: "i", body: { kind: "object" } }],
    ["[\n  1\n  2\n]", { items: [{ value: 1 }, { value: 2 }] }],
  ])("reads %s as Bicep does", (source, tree) => {
    expect(parseValue(source)).toMatchObject(tree);
  });

  it.each([
    "a::b",
    "a.?b",
    "map(a, b => b)",
    "{ resource a 'b@1' = {} }",
    "'a",
    "{ a: 1 b: 2 }",
    "[1 2]",
    "a b",
  ])("refuses %s", (source) => {
    expect(() => parseValue(source)).toThrow(SyntaxProblem);
  });
});
