/** Checks the few properties that the security of the whole rests on: each has one right value. */
import { findProperty, toBody, toLiteral, type DeclarationOf, type Expression } from "./bicep-syntax.ts";
import type { Problem } from "./problem.ts";
import { toScope, toValues, type Template } from "./template.ts";

type Rule = { type: string; name?: string; path: string; value: string | boolean; why: string };

const RULES: readonly Rule[] = [
  {
    type: "Microsoft.Storage/storageAccounts",
    path: "properties.allowSharedKeyAccess",
    value: false,
    why: "a key opens everything",
  },
  {
    type: "Microsoft.Storage/storageAccounts",
    path: "properties.allowBlobPublicAccess",
    value: false,
    why: "nothing here is public",
  },
  {
    type: "Microsoft.SignalRService/signalR",
    path: "properties.disableLocalAuth",
    value: true,
    why: "a key sends to everybody",
  },
  {
    type: "Microsoft.Insights/components",
    path: "properties.DisableLocalAuth",
    value: true,
    why: "anybody could write telemetry",
  },
  {
    type: "Microsoft.OperationalInsights/workspaces",
    path: "properties.features.disableLocalAuth",
    value: true,
    why: "anybody could write logs",
  },
  {
    type: "Microsoft.KeyVault/vaults",
    path: "properties.enableRbacAuthorization",
    value: true,
    why: "access policies would go round the roles",
  },
  {
    type: "Microsoft.KeyVault/vaults",
    path: "properties.enablePurgeProtection",
    value: true,
    why: "evidence must stay verifiable",
  },
  {
    type: "Microsoft.Web/sites",
    path: "properties.httpsOnly",
    value: true,
    why: "function keys travel in addresses",
  },
  {
    type: "Microsoft.Web/sites/config",
    name: "authsettingsV2",
    path: "properties.platform.enabled",
    value: true,
    why: "without it every user endpoint refuses",
  },
  {
    type: "Microsoft.Web/sites/config",
    name: "authsettingsV2",
    path: "properties.globalValidation.requireAuthentication",
    value: true,
    why: "strangers must not come in",
  },
  {
    type: "Microsoft.Web/sites/config",
    name: "authsettingsV2",
    path: "properties.globalValidation.unauthenticatedClientAction",
    value: "Return401",
    why: "fetch() cannot follow a redirect to a sign-in page",
  },
];

/** All places where a rule does not hold; a rule without a place where it could hold is a problem too. */
export function checkPosture(template: Template): Problem[] {
  return RULES.flatMap((rule) => {
    const places = [...template.files.values()].flatMap((file) =>
      file.declarations.flatMap((one) => (isMeant(one, rule) ? [{ file, resource: one }] : [])),
    );
    const problems = places.flatMap(({ file, resource }) => {
      const found = rule.path
        .split(".")
        .reduce<Expression | undefined>(
          (value, name) => value && findProperty(value, name),
          toBody(resource.value),
        );
      const values = found ? (toValues(template, toScope(file), found) ?? []) : [];
      if (values.length > 0 && values.every((value) => isValue(value, rule.value))) return [];
      const line = found?.line ?? resource.line;
      return [{ file: file.file, line, message: `${rule.path} must be ${String(rule.value)}: ${rule.why}` }];
    });
    if (places.length > 0) return problems;
    return [{ file: "infra/main.bicep", line: 1, message: `no ${rule.type} has ${rule.path}: ${rule.why}` }];
  });
}

function isMeant(
  declaration: { kind: string },
  { type, name }: Rule,
): declaration is DeclarationOf<"resource"> {
  if (!isResource(declaration) || declaration.existing || declaration.type.split("@")[0] !== type)
    return false;
  const given = findProperty(toBody(declaration.value), "name");
  return name === undefined || (given !== undefined && toLiteral(given) === name);
}

function isResource(declaration: { kind: string }): declaration is DeclarationOf<"resource"> {
  return declaration.kind === "resource";
}

function isValue(expression: Expression, value: string | boolean): boolean {
  return expression.kind === "boolean" ? expression.value === value : toLiteral(expression) === value;
}
