/** Checks that no output carries a secret: azd writes outputs as plain text, and Azure keeps them with each deployment. */
import { walk, type BicepFile, type Expression } from "./bicep-syntax.ts";
import type { Problem } from "./problem.ts";
import { findDeclaration, type Template } from "./template.ts";

/** Functions and properties of resources that give keys away. */
const SECRET_CALL = /^list(?:Keys|Secrets|Accounts?Sas|ServiceSas|Credentials|)$/i;
const SECRET_MEMBER =
  /^(?:connectionString|instrumentationKey|(?:primary|secondary|shared|access|account|master|function|system)Keys?|password|secret|token|sas)$/i;
const SECRET_OUTPUT = /(?:secret|password|connection_?string|token|sas|(?:^|_)key)$/i;

/** All outputs that hold a secret, directly or through variables, or are called like one. */
export function checkOutputs(template: Template): Problem[] {
  return [...template.files.values()].flatMap((file) =>
    file.declarations.flatMap(({ kind, name, line, value }) => {
      if (kind !== "output") return [];
      const secret = findSecret(file, value) ?? (SECRET_OUTPUT.test(name) ? "its name says so" : undefined);
      if (secret === undefined) return [];
      return [{ file: file.file, line, message: `the output ${name} is a secret: ${secret}` }];
    }),
  );
}

function findSecret(file: BicepFile, value: Expression): string | undefined {
  for (const one of walk(value)) {
    if (one.kind === "call" && SECRET_CALL.test(one.name)) return `${one.name}() gives keys away`;
    if (one.kind === "member" && SECRET_MEMBER.test(one.name)) return `.${one.name} is one`;
    if (one.kind !== "name") continue;
    const declared = findDeclaration(file, one.name);
    if (declared?.decorators.some(({ name }) => name === "secure"))
      return `the parameter ${one.name} is secure`;
    const inner = declared?.kind === "var" ? findSecret(file, declared.value) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}
