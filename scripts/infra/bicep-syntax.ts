/**
 * The tree of a Bicep file, in the subset that `infra/` uses: parameters, variables, resources (also `existing`, looped
 * and conditional), modules and outputs. Nested resources, user-defined types and functions, imports and `assert` are
 * left out: a file that has them is refused with its line, never skipped over.
 * Grammar: learn.microsoft.com/azure/azure-resource-manager/bicep/file.
 */

type At = { line: number };

/** An expression; every node knows its line. */
export type Expression = At &
  (
    | { kind: "string"; parts: (string | Expression)[] }
    | { kind: "number"; value: number }
    | { kind: "boolean"; value: boolean }
    | { kind: "null" }
    | { kind: "array"; items: Expression[] }
    | { kind: "object"; members: Member[] }
    | { kind: "name"; name: string }
    | { kind: "member"; target: Expression; name: string }
    | { kind: "index"; target: Expression; index: Expression }
    | { kind: "call"; target: Expression | null; name: string; args: Expression[] }
    | { kind: "unary"; operand: Expression }
    | { kind: "binary"; operator: string; left: Expression; right: Expression }
    | { kind: "ternary"; condition: Expression; whenTrue: Expression; whenFalse: Expression }
    | { kind: "for"; item: string; index: string | null; collection: Expression; body: Expression }
    | { kind: "if"; condition: Expression; body: Expression }
  );

/** `name: value`, `'${expression}': value` or `...value` in an object. */
export type Member = At & { value: Expression } & (
    | { kind: "property"; name: string }
    | { kind: "computed"; name: Expression }
    | { kind: "spread" }
  );

/** The object of an expression kind. */
export type ExpressionOf<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** `@allowed([...])` and the like. */
export type Decorator = At & { name: string; args: Expression[] };

/** The type of a parameter or an output as it is written: `string`, `int`, `string[]`. */
export type TypeName = "string" | "int" | "bool" | "object" | "array" | "string[]";

/** One declaration at the top of a file. */
export type Declaration = At & { name: string; decorators: Decorator[] } & (
    | { kind: "targetScope"; value: Expression }
    | { kind: "param"; type: TypeName; value: Expression | null }
    | { kind: "var"; value: Expression }
    | { kind: "resource"; type: string; existing: boolean; value: Expression }
    | { kind: "module"; path: string; value: Expression }
    | { kind: "output"; type: TypeName; value: Expression }
  );

/** The declarations of one kind. */
export type DeclarationOf<Kind extends Declaration["kind"]> = Extract<Declaration, { kind: Kind }>;

/** A parsed file; `file` is its path below the repository. */
export type BicepFile = { file: string; declarations: Declaration[] };

/** The text of a string that interpolates nothing, or null. */
export function toLiteral(expression: Expression): string | null {
  if (expression.kind !== "string") return null;
  const texts = expression.parts.filter((part) => typeof part === "string");
  return texts.length === expression.parts.length ? texts.join("") : null;
}

/** Takes the loop and the condition off a resource's or a module's body. */
export function toBody(expression: Expression): Expression {
  return expression.kind === "for" || expression.kind === "if" ? toBody(expression.body) : expression;
}

/** The expressions directly below an expression. */
export function toChildren(expression: Expression): Expression[] {
  switch (expression.kind) {
    case "string":
      return expression.parts.filter((part) => typeof part !== "string");
    case "number":
    case "boolean":
    case "null":
    case "name":
      return [];
    case "array":
      return expression.items;
    case "object":
      return expression.members.flatMap((member) =>
        member.kind === "computed" ? [member.name, member.value] : [member.value],
      );
    case "member":
      return [expression.target];
    case "index":
      return [expression.target, expression.index];
    case "call":
      return expression.target ? [expression.target, ...expression.args] : expression.args;
    case "unary":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "ternary":
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case "for":
      return [expression.collection, expression.body];
    case "if":
      return [expression.condition, expression.body];
  }
}

/** The property of an object expression, or undefined. */
export function findProperty(expression: Expression, name: string): Expression | undefined {
  if (expression.kind !== "object") return undefined;
  return expression.members.find((member) => member.kind === "property" && member.name === name)?.value;
}

/** An expression and everything below it. */
export function* walk(expression: Expression): Generator<Expression> {
  yield expression;
  for (const child of toChildren(expression)) yield* walk(child);
}
