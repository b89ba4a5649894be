/** Checks every resource of the template: its type and version exist, and its body is what Azure takes. */
import { toBody, toLiteral, findProperty, type DeclarationOf, type Expression } from "./bicep-syntax.ts";
import { checkValue } from "./check-value.ts";
import { toGuess } from "./guess-name.ts";
import type { Problem } from "./problem.ts";
import type { ResourceTypes } from "./resource-types.ts";
import type { Context } from "./static-type.ts";
import { enterLoop, findDeclaration, toScope, type Scope, type Template } from "./template.ts";

/** What Bicep itself reads in a resource's body. */
const BICEP_PROPERTIES: readonly string[] = ["parent", "scope", "dependsOn"];

/** All problems of all resources. */
export function checkResources(template: Template, types: ResourceTypes): Problem[] {
  const context = { template, types };
  return [...template.files.values()].flatMap((file) =>
    file.declarations.flatMap((one) =>
      one.kind === "resource" ? checkResource(context, toScope(file), one) : [],
    ),
  );
}

function checkResource(context: Context, outer: Scope, resource: DeclarationOf<"resource">): Problem[] {
  const problem = (message: string) => [{ file: outer.file.file, line: resource.line, message }];
  const expected = context.types.get(resource.type);
  if (!expected) return problem(toUnknownType(resource.type, context.types));
  const scope = resource.value.kind === "for" ? enterLoop(outer, resource.value) : outer;
  const body = toBody(resource.value);
  if (body.kind !== "object") return problem(`the resource "${resource.name}" has no body`);
  const parents = checkParent(scope, resource, body);
  if (resource.existing) {
    return findProperty(body, "name") ? parents : [...parents, ...problem(`"${resource.name}" has no name`)];
  }
  const members = body.members.filter(
    (member) => member.kind !== "property" || !BICEP_PROPERTIES.includes(member.name),
  );
  return [...parents, ...checkValue(context, scope, { ...body, members }, expected, resource.name)];
}

/** A child's type is its parent's and one word more; without a parent its name holds the slashes. */
function checkParent(scope: Scope, resource: DeclarationOf<"resource">, body: Expression): Problem[] {
  const parent = findProperty(body, "parent");
  const owner = toOwner(resource.type);
  const name = findProperty(body, "name");
  const line = parent?.line ?? resource.line;
  const problem = (message: string) => [{ file: scope.file.file, line, message }];
  if (!parent) {
    const isNested = owner !== null && name !== undefined && !toLiteral(name)?.includes("/");
    return isNested ? problem(`"${resource.name}" is a child of ${owner} and names no parent`) : [];
  }
  const declared = parent.kind === "name" ? findDeclaration(scope.file, parent.name) : undefined;
  if (declared?.kind !== "resource") return problem(`the parent of "${resource.name}" is no resource`);
  const type = declared.type.split("@")[0];
  return type === owner ? [] : problem(`the parent of "${resource.name}" is a ${type}, not a ${owner}`);
}

/** `Provider/a` of `Provider/a/b@version`; null for what has no parent. */
function toOwner(type: string): string | null {
  const parts = type.split("@")[0]?.split("/") ?? [];
  return parts.length > 2 ? parts.slice(0, -1).join("/") : null;
}

function toUnknownType(type: string, types: ResourceTypes): string {
  const [name, version] = type.split("@");
  const names = [...types.keys()];
  const versions = names.filter((one) => one.split("@")[0] === name).map((one) => one.split("@")[1]);
  if (versions.length > 0) return `${name} has no version "${version}" here, only ${versions.join(", ")}`;
  const known = [...new Set(names.map((one) => one.split("@")[0] ?? ""))];
  return `no resource type "${name}" is known${toGuess(name ?? "", known)}`;
}
