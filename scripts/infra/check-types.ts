/** Checks what is read of resources and modules, and that defaults, outputs and modules' parameters have their types. */
import {
  findProperty,
  toBody,
  toChildren,
  type DeclarationOf,
  type Expression,
  type TypeName,
} from "./bicep-syntax.ts";
import type { Problem } from "./problem.ts";
import { toKind } from "./describe-type.ts";
import type { ResourceTypes } from "./resource-types.ts";
import { MissingMember, toStaticType, type Context } from "./static-type.ts";
import { enterLoop, resolvePath, toScope, toValues, type Scope, type Template } from "./template.ts";

/** All problems of types outside the bodies of resources. */
export function checkTypes(template: Template, types: ResourceTypes): Problem[] {
  const context = { template, types };
  const problems = [...template.files.values()].flatMap((file) => {
    const scope = toScope(file);
    return file.declarations.flatMap((one) => [
      ...(one.value ? checkReads(context, scope, one.value) : []),
      ...((one.kind === "param" || one.kind === "output") && one.value
        ? checkType(context, scope, one.value, one.type, one.name)
        : []),
      ...(one.kind === "module" ? checkArguments(context, scope, one) : []),
    ]);
  });
  // `a.b.c` reads `a.b` too.
  const seen = new Set<string>();
  return problems.filter((one) => {
    const key = JSON.stringify(one);
    return !seen.has(key) && seen.add(key);
  });
}

function checkReads(context: Context, scope: Scope, expression: Expression): Problem[] {
  const inner = expression.kind === "for" ? enterLoop(scope, expression) : scope;
  const below = toChildren(expression).flatMap((child) => checkReads(context, inner, child));
  if (expression.kind !== "member") return below;
  try {
    toStaticType(context, scope, expression);
    return below;
  } catch (error) {
    if (!(error instanceof MissingMember)) throw error;
    return [...below, { file: scope.file.file, line: error.line, message: error.message }];
  }
}

function checkArguments(context: Context, scope: Scope, module: DeclarationOf<"module">): Problem[] {
  const target = context.template.files.get(resolvePath(scope.file, module.path));
  const given = findProperty(toBody(module.value), "params");
  return (target?.declarations ?? []).flatMap((one) => {
    const value = one.kind === "param" && given ? findProperty(given, one.name) : undefined;
    return one.kind === "param" && value ? checkType(context, scope, value, one.type, one.name) : [];
  });
}

function checkType(
  context: Context,
  scope: Scope,
  value: Expression,
  type: TypeName,
  name: string,
): Problem[] {
  const wanted = type === "string[]" ? "array" : type;
  const values = toValues(context.template, scope, value) ?? [value];
  return values.flatMap((one) => {
    const kind = toKindOf(context, scope, one);
    if (kind === "unknown" || kind === "any" || kind === wanted) return [];
    return [
      { file: scope.file.file, line: value.line, message: `"${name}" takes ${wanted}, and is given ${kind}` },
    ];
  });
}

function toKindOf(context: Context, scope: Scope, value: Expression): string {
  try {
    const type = toStaticType(context, scope, value);
    return type.kind === "azure" ? toKind(type.type) : type.kind;
  } catch (error) {
    // Told where it is read.
    if (error instanceof MissingMember) return "unknown";
    throw error;
  }
}
