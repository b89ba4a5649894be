/** What kind of value an expression has, where its value is known to Azure or to a parameter only. */
import type { Expression, ExpressionOf, TypeName } from "./bicep-syntax.ts";
import type { ResourceTypes, TypeAt } from "./resource-types.ts";
import { findDeclaration, resolvePath, type Scope, type Template } from "./template.ts";

/** `azure`: a property of a resource; `unknown`: anything. */
export type StaticType =
  | { kind: "string" | "int" | "bool" | "array" | "object" | "unknown" }
  | { kind: "azure"; type: TypeAt };

/** What expressions are read against. */
export type Context = { template: Template; types: ResourceTypes };

/** A member that is not there; carries the sentence that says so. */
export class MissingMember extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = "MissingMember";
    this.line = line;
  }
}

/** learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions: those that infra/ uses, and what they return. */
export const FUNCTIONS: ReadonlyMap<string, StaticType["kind"]> = new Map([
  ["deployer", "unknown"],
  ["empty", "bool"],
  ["environment", "unknown"],
  ["guid", "string"],
  ["loadJsonContent", "unknown"],
  ["loadTextContent", "string"],
  ["resourceGroup", "unknown"],
  ["string", "string"],
  ["subscription", "unknown"],
  ["subscriptionResourceId", "string"],
  ["take", "unknown"],
  ["tenant", "unknown"],
  ["toLower", "string"],
  ["union", "unknown"],
  ["uniqueString", "string"],
]);

const UNKNOWN: StaticType = { kind: "unknown" };

/** The type of an expression; throws MissingMember for a property that a resource or a module does not have. */
export function toStaticType(context: Context, scope: Scope, expression: Expression): StaticType {
  switch (expression.kind) {
    case "string":
      return { kind: "string" };
    case "number":
      return { kind: "int" };
    case "boolean":
      return { kind: "bool" };
    case "array":
    case "for":
      return { kind: "array" };
    case "object":
      return { kind: "object" };
    case "unary":
      return UNKNOWN;
    case "binary":
      return /^(?:&&|\|\||==|!=|=~|!~|<=?|>=?)$/.test(expression.operator) ? { kind: "bool" } : UNKNOWN;
    case "call":
      return expression.target ? UNKNOWN : toNamed(FUNCTIONS.get(expression.name));
    case "name": {
      const declared = scope.loops.has(expression.name)
        ? undefined
        : findDeclaration(scope.file, expression.name);
      if (declared?.kind === "param") return toNamed(toKind(declared.type));
      if (declared?.kind === "var") return toStaticType(context, scope, declared.value);
      const type = declared?.kind === "resource" ? context.types.get(declared.type) : undefined;
      return type ? { kind: "azure", type } : UNKNOWN;
    }
    case "member":
      return toMemberType(context, scope, expression);
    case "null":
    case "index":
    case "ternary":
    case "if":
      return UNKNOWN;
  }
}

function toMemberType(context: Context, scope: Scope, expression: ExpressionOf<"member">): StaticType {
  const { target, name, line } = expression;
  const output = toOutput(context, scope, expression);
  if (output) return output;
  const type = toStaticType(context, scope, target);
  if (type.kind !== "azure") return UNKNOWN;
  const found = findMember(type.type, name);
  if (found === "missing") throw new MissingMember(line, `${describe(target)} has no property "${name}"`);
  return found === "unknown" ? UNKNOWN : { kind: "azure", type: found };
}

/** `module.outputs.name`. */
function toOutput(
  { template }: Context,
  { file }: Scope,
  { target, name, line }: ExpressionOf<"member">,
): StaticType | undefined {
  if (target.kind !== "member" || target.name !== "outputs" || target.target.kind !== "name")
    return undefined;
  const module = findDeclaration(file, target.target.name);
  if (module?.kind !== "module") return undefined;
  const outputs = template.files.get(resolvePath(file, module.path))?.declarations ?? [];
  const output = outputs.find((one) => one.kind === "output" && one.name === name);
  if (output?.kind !== "output") {
    throw new MissingMember(line, `the module "${module.name}" has no output "${name}"`);
  }
  return toNamed(toKind(output.type));
}

function findMember({ type, follow }: TypeAt, name: string): TypeAt | "missing" | "unknown" {
  if (type.$type !== "ObjectType") return type.$type === "StringType" ? "missing" : "unknown";
  const property = type.properties[name];
  if (property) return follow(property.type);
  return type.additionalProperties === undefined ? "missing" : follow(type.additionalProperties);
}

function toNamed(kind: StaticType["kind"] | undefined): StaticType {
  return kind === undefined || kind === "azure" ? UNKNOWN : { kind };
}

function toKind(type: TypeName): StaticType["kind"] {
  return type === "string[]" ? "array" : type;
}

/** A short text of an expression, for messages. */
export function describe(expression: Expression): string {
  switch (expression.kind) {
    case "name":
      return expression.name;
    case "member":
      return `${describe(expression.target)}.${expression.name}`;
    case "call":
      return `${expression.name}(…)`;
    default:
      return `this ${expression.kind}`;
  }
}
