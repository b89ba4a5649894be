/** Checks role assignments: the ids of roles.json are Azure's, and the identity gets what it needs and nothing more. */
import { findProperty, toBody, toLiteral, type BicepFile, type DeclarationOf } from "./bicep-syntax.ts";
import { NEEDED_ROLES } from "./built-in-roles.ts";
import type { Problem } from "./problem.ts";
import { findDeclaration, toScope, toValues, type Template } from "./template.ts";
import type { SourceDocument } from "./read-document.ts";
import { z } from "zod";

const ASSIGNMENT = "Microsoft.Authorization/roleAssignments";

type Assigned = { role: string; problems: Problem[] };

/** All problems of roles; `roles` is infra/roles.json. */
export function checkRoles(template: Template, roles: SourceDocument): Problem[] {
  const ids = z.record(z.string(), z.string()).parse(roles.value);
  const wrong = Object.entries(ids).flatMap(([name, id]) => {
    const needed = NEEDED_ROLES[name];
    const message = needed
      ? `the id of "${name}" is ${needed.id}`
      : `"${name}" is no role that the app needs`;
    return needed?.id === id ? [] : [{ file: "infra/roles.json", line: roles.lineOf([name]), message }];
  });
  const assigned = [...template.files.values()].flatMap((file) =>
    file.declarations.flatMap((one) =>
      one.kind === "resource" && one.type.startsWith(`${ASSIGNMENT}@`)
        ? [toAssigned(template, ids, file, one)]
        : [],
    ),
  );
  const given = new Set(assigned.map(({ role }) => role));
  const missing = Object.entries(NEEDED_ROLES).filter(([name]) => !given.has(name));
  return [
    ...wrong,
    ...assigned.flatMap(({ problems }) => problems),
    ...missing.map(([name, { why }]) => {
      return { file: "infra/access.bicep", line: 1, message: `nobody is given the role "${name}": ${why}` };
    }),
  ];
}

function toAssigned(
  template: Template,
  ids: Record<string, string>,
  file: BicepFile,
  assignment: DeclarationOf<"resource">,
): Assigned {
  const body = toBody(assignment.value);
  const properties = findProperty(body, "properties");
  const definition = properties && findProperty(properties, "roleDefinitionId");
  const problems: Problem[] = [];
  const problem = (message: string, line = assignment.line) =>
    problems.push({ file: file.file, line, message });
  const [provider, id] = definition?.kind === "call" ? definition.args : [];
  const isCall = definition?.kind === "call" && definition.name === "subscriptionResourceId";
  if (!isCall || !provider || toLiteral(provider) !== "Microsoft.Authorization/roleDefinitions" || !id) {
    problem(
      "a role is named by subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['…'])",
    );
    return { role: "", problems };
  }
  const [value] = toValues(template, toScope(file), id) ?? [];
  const role = Object.keys(ids).find((name) => value && ids[name] === toLiteral(value)) ?? "";
  const needed = NEEDED_ROLES[role];
  const scope = findProperty(body, "scope");
  const on = scope?.kind === "name" ? findDeclaration(file, scope.name) : undefined;
  const type = on?.kind === "resource" ? on.type.split("@")[0] : "the whole resource group";
  if (!needed) problem("this role is not in roles.json", definition.line);
  else if (type !== needed.on) {
    problem(`"${role}" is given on ${type}; it is needed on ${needed.on}`, scope?.line);
  }
  return { role, problems };
}
