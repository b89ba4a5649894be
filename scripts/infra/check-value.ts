/** Checks a value of the template against the type that Azure publishes for its place. */
import { findProperty, toLiteral, type Expression, type ExpressionOf } from "./bicep-syntax.ts";
import { toGuess } from "./guess-name.ts";
import type { Problem } from "./problem.ts";
import { toKind, toText } from "./describe-type.ts";
import { isReadOnly, isRequired, type AzureObject, type TypeAt } from "./resource-types.ts";
import { MissingMember, toStaticType, type Context, type StaticType } from "./static-type.ts";
import { findDeclaration, toValues, type Scope } from "./template.ts";

/** Everything about a value that its type does not allow; `path` says where in the resource it stands. */
export function checkValue(
  context: Context,
  scope: Scope,
  value: Expression,
  expected: TypeAt,
  path: string,
): Problem[] {
  const values = toValues(context.template, scope, value);
  if (values) return values.flatMap((one) => checkKnown(context, scope, one, expected, path));
  const problem = (line: number, message: string) => [{ file: scope.file.file, line, message }];
  try {
    const allowed = toAllowed(scope, value);
    if (allowed) return allowed.flatMap((one) => checkKnown(context, scope, one, expected, path));
    const found = toStaticType(context, scope, value);
    return fits(found, expected)
      ? []
      : problem(value.line, `${path} is ${toName(found)}, not ${toText(expected)}`);
  } catch (error) {
    if (!(error instanceof MissingMember)) throw error;
    // Told where it is read (check-types.ts).
    return [];
  }
}

/** What a parameter's @allowed says it can be. */
function toAllowed(scope: Scope, value: Expression): Expression[] | null {
  const declared = value.kind === "name" ? findDeclaration(scope.file, value.name) : undefined;
  const allowed = declared?.decorators.find(({ name }) => name === "allowed")?.args[0];
  return allowed?.kind === "array" ? allowed.items : null;
}

function checkKnown(
  context: Context,
  scope: Scope,
  value: Expression,
  expected: TypeAt,
  path: string,
): Problem[] {
  const { type, follow } = expected;
  const wrong = () => [
    {
      file: scope.file.file,
      line: value.line,
      message: `${path} is ${toValueText(value)}, not ${toText(expected)}`,
    },
  ];
  switch (type.$type) {
    case "AnyType":
      return [];
    case "BooleanType":
      return value.kind === "boolean" ? [] : wrong();
    case "IntegerType":
      return value.kind === "number" ? [] : wrong();
    case "StringType": {
      if (value.kind !== "string") return wrong();
      const text = toLiteral(value);
      const { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = type;
      if (text === null) return [];
      const isGood = text.length >= minLength && text.length <= maxLength;
      return isGood && (pattern === undefined || new RegExp(pattern).test(text)) ? [] : wrong();
    }
    case "StringLiteralType":
      return value.kind === "string" && [null, type.value].includes(toLiteral(value)) ? [] : wrong();
    case "UnionType":
      return fitsUnion(value, type.elements.map(follow)) ? [] : wrong();
    case "ArrayType": {
      if (value.kind !== "array") return wrong();
      const item = follow(type.itemType);
      return value.items.flatMap((one, at) => checkValue(context, scope, one, item, `${path}[${at}]`));
    }
    case "ObjectType":
      return value.kind === "object" ? checkObject(context, scope, value, { type, follow }, path) : wrong();
    case "DiscriminatedObjectType": {
      if (value.kind !== "object") return wrong();
      const chosen = toVariants(context, scope, value, type.discriminator).map(([name, variant]) => {
        const element = name === null ? undefined : type.elements[name];
        return element === undefined ? wrong() : checkKnown(context, scope, variant, follow(element), path);
      });
      return chosen.length > 0 ? chosen.flat() : wrong();
    }
    case "ResourceType":
    case "ResourceFunctionType":
      return wrong();
  }
}

/** An object once for each value that its discriminator can have, in a loop say, with that value in its place. */
function toVariants(
  { template }: Context,
  scope: Scope,
  value: ExpressionOf<"object">,
  discriminator: string,
): [string | null, Expression][] {
  const given = findProperty(value, discriminator);
  return (given ? (toValues(template, scope, given) ?? []) : []).map((one) => {
    const members = value.members.map((member) =>
      member.kind === "property" && member.name === discriminator ? { ...member, value: one } : member,
    );
    return [toLiteral(one), { ...value, members }];
  });
}

/** Azure's open lists say "or any string"; here a literal must be one of the list, because a misspelt one is no value. */
function fitsUnion(value: Expression, options: TypeAt[]): boolean {
  if (value.kind !== "string") return false;
  const literals = options.flatMap(({ type }) => (type.$type === "StringLiteralType" ? [type.value] : []));
  const text = toLiteral(value);
  return text === null || literals.length === 0 || literals.includes(text);
}

function checkObject(
  context: Context,
  scope: Scope,
  value: ExpressionOf<"object">,
  { type, follow }: TypeAt & { type: AzureObject },
  path: string,
): Problem[] {
  const problems: Problem[] = [];
  const problem = (line: number, message: string) => problems.push({ file: scope.file.file, line, message });
  const given = new Set<string>();
  const rest = type.additionalProperties;
  for (const member of value.members) {
    if (member.kind === "property" && given.has(member.name)) {
      problem(member.line, `${path}.${member.name} is given twice`);
    }
    const name = member.kind === "property" ? member.name : null;
    if (name !== null) given.add(name);
    const known = name === null ? undefined : type.properties[name];
    if (known && isReadOnly(known.flags)) problem(member.line, `${path}.${name} is set by Azure alone`);
    else if (known) {
      problems.push(...checkValue(context, scope, member.value, follow(known.type), `${path}.${name}`));
    } else if (rest !== undefined) {
      problems.push(...checkValue(context, scope, member.value, follow(rest), `${path}.${name ?? "…"}`));
    } else if (name !== null) {
      problem(member.line, `${path} has no property "${name}"${toGuess(name, Object.keys(type.properties))}`);
    } else {
      problem(member.line, `${path} holds a name that only Azure knows: it cannot be checked`);
    }
  }
  for (const [name, { flags }] of Object.entries(type.properties)) {
    if (isRequired(flags) && !isReadOnly(flags) && !given.has(name)) {
      problem(value.line, `${path} lacks the required property "${name}"`);
    }
  }
  return problems;
}

function fits(found: StaticType, expected: TypeAt): boolean {
  if (found.kind === "unknown") return true;
  const wanted = toKind(expected);
  const kind = found.kind === "azure" ? toKind(found.type) : found.kind;
  return wanted === "any" || kind === "any" || kind === wanted;
}

function toName(found: StaticType): string {
  return found.kind === "azure" ? toText(found.type) : `of type ${found.kind}`;
}

function toValueText(value: Expression): string {
  const text = toLiteral(value);
  if (text !== null) return `'${text.slice(0, 40)}'`;
  return value.kind === "number" || value.kind === "boolean" ? String(value.value) : `of kind ${value.kind}`;
}
