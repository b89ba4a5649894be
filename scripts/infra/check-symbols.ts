/** Checks names: each is declared once and used, each key and each loaded file is there, modules get their parameters. */
import { existsSync } from "node:fs";
import { join } from "node:path/posix";
import {
  findProperty,
  toBody,
  toChildren,
  toLiteral,
  walk,
  type BicepFile,
  type Declaration,
  type DeclarationOf,
  type Expression,
  type ExpressionOf,
} from "./bicep-syntax.ts";
import { toGuess } from "./guess-name.ts";
import type { Problem } from "./problem.ts";
import { FUNCTIONS } from "./static-type.ts";
import {
  enterLoop,
  findDeclaration,
  resolvePath,
  toScope,
  toValues,
  type Scope,
  type Template,
} from "./template.ts";

const LOADS: readonly string[] = ["loadJsonContent", "loadTextContent"];

/** All problems of names in all files. */
export function checkSymbols(template: Template): Problem[] {
  return [...template.files.values()].flatMap((file) => [
    ...file.declarations.flatMap((one) => checkDeclaration(template, file, one)),
    ...checkUses(file),
  ]);
}

function checkDeclaration(template: Template, file: BicepFile, declaration: Declaration): Problem[] {
  const values = [declaration.value, ...declaration.decorators.flatMap(({ args }) => args)];
  const scope = toScope(file);
  const problems = values.flatMap((value) => (value ? checkNames(template, scope, value) : []));
  return declaration.kind === "module"
    ? [...problems, ...checkModule(template, file, declaration)]
    : problems;
}

function checkNames(template: Template, scope: Scope, expression: Expression): Problem[] {
  const inner = expression.kind === "for" ? enterLoop(scope, expression) : scope;
  return [
    ...checkOne(template, scope, expression).map((message) => {
      return { file: scope.file.file, line: expression.line, message };
    }),
    ...toChildren(expression).flatMap((child) => checkNames(template, inner, child)),
  ];
}

/** What is wrong with an expression itself, without what stands below it. */
function checkOne(template: Template, scope: Scope, expression: Expression): string[] {
  switch (expression.kind) {
    case "name": {
      const { name } = expression;
      if (scope.loops.has(name) || findDeclaration(scope.file, name)) return [];
      return [
        `"${name}" is not declared${toGuess(
          name,
          scope.file.declarations.map((one) => one.name),
        )}`,
      ];
    }
    case "member":
      return checkKey(template, scope, expression.target, expression.name);
    case "index": {
      const key = toLiteral(expression.index);
      return key === null ? [] : checkKey(template, scope, expression.target, key);
    }
    case "call":
      return checkCall(template, scope, expression);
    default:
      return [];
  }
}

/** Where the files say what is read from, the key must be in it. */
function checkKey(template: Template, scope: Scope, target: Expression, key: string): string[] {
  const targets = toValues(template, scope, target) ?? [];
  const lacking = targets.find((one) => one.kind === "object" && !findProperty(one, key));
  if (lacking?.kind !== "object") return [];
  const names = lacking.members.flatMap((one) => (one.kind === "property" ? [one.name] : []));
  return [`there is no "${key}" in what is read here${toGuess(key, names)}`];
}

function checkCall(template: Template, scope: Scope, call: ExpressionOf<"call">): string[] {
  if (call.target !== null) return [];
  if (!FUNCTIONS.has(call.name)) return [`the function "${call.name}" is not among those that are checked`];
  if (!LOADS.includes(call.name)) return [];
  const path = call.args[0] && toLiteral(call.args[0]);
  if (path === null || path === undefined) return [`${call.name} takes a plain path`];
  const full = resolvePath(scope.file, path);
  return existsSync(join(template.root, full)) ? [] : [`${call.name} names ${full}, which is not there`];
}

function checkModule(template: Template, file: BicepFile, module: DeclarationOf<"module">): Problem[] {
  const problem = (line: number, message: string) => ({ file: file.file, line, message });
  const path = resolvePath(file, module.path);
  const target = template.files.get(path);
  if (!target) return [problem(module.line, `the module ${path} is not there`)];
  const wanted = target.declarations.filter((one) => one.kind === "param");
  const given = findProperty(toBody(module.value), "params");
  const members = given?.kind === "object" ? given.members : [];
  const names = new Set(members.flatMap((one) => (one.kind === "property" ? [one.name] : [])));
  const unknown = members.flatMap((one) => {
    if (one.kind !== "property" || wanted.some(({ name }) => name === one.name)) return [];
    const guess = toGuess(
      one.name,
      wanted.map(({ name }) => name),
    );
    return [problem(one.line, `${path} has no parameter "${one.name}"${guess}`)];
  });
  const missing = wanted.filter(({ name, value }) => value === null && !names.has(name));
  return [
    ...unknown,
    ...missing.map(({ name }) => problem(module.line, `${path} needs the parameter "${name}"`)),
  ];
}

/** Names that are declared twice, and parameters and variables that nothing reads. */
function checkUses(file: BicepFile): Problem[] {
  const read = new Set<string>();
  for (const { value } of file.declarations) {
    for (const one of value ? walk(value) : []) if (one.kind === "name") read.add(one.name);
  }
  const seen = new Set<string>();
  return file.declarations.flatMap((one) => {
    const { name, kind, line } = one;
    const isTwice = kind !== "output" && seen.has(name);
    if (kind !== "output") seen.add(name);
    const isRead = read.has(name) || !(kind === "param" || kind === "var" || isReference(one));
    return [
      ...(isTwice ? [{ file: file.file, line, message: `"${name}" is declared twice` }] : []),
      ...(isRead ? [] : [{ file: file.file, line, message: `"${name}" is never read` }]),
    ];
  });
}

function isReference(declaration: Declaration): boolean {
  return declaration.kind === "resource" && declaration.existing;
}
