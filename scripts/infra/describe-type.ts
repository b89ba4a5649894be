/** Azure's types in words. */
import type { TypeAt } from "./resource-types.ts";

/** The kind of JSON value that a type takes; `any` when it takes several. */
export function toKind({ type, follow }: TypeAt): "string" | "int" | "bool" | "array" | "object" | "any" {
  switch (type.$type) {
    case "StringType":
    case "StringLiteralType":
      return "string";
    case "IntegerType":
      return "int";
    case "BooleanType":
      return "bool";
    case "ArrayType":
      return "array";
    case "ObjectType":
    case "DiscriminatedObjectType":
      return "object";
    case "UnionType":
      return type.elements[0] === undefined ? "any" : toKind(follow(type.elements[0]));
    case "AnyType":
    case "ResourceType":
    case "ResourceFunctionType":
      return "any";
  }
}

/** A type as a message names it. */
export function toText(expected: TypeAt): string {
  const { type, follow } = expected;
  if (type.$type === "StringLiteralType") return `'${type.value}'`;
  if (type.$type !== "UnionType") return `of type ${toKind(expected)}`;
  const options = type.elements
    .map((one) => follow(one))
    .filter((one) => one.type.$type === "StringLiteralType");
  return `one of ${options.map((one) => toText(one)).join(", ")}`;
}
