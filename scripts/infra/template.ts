/** The Bicep files of a folder, parsed, and what their names stand for. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { z } from "zod";
import {
  findProperty,
  toLiteral,
  type BicepFile,
  type Declaration,
  type Expression,
} from "./bicep-syntax.ts";
import { parseBicep } from "./parse-bicep.ts";
import { SyntaxProblem, type Problem } from "./problem.ts";

/** Where an expression stands: its file, and the loop variables in force with what they run over. */
export type Scope = { file: BicepFile; loops: ReadonlyMap<string, Expression> };

/** All Bicep files below `infra/` of `root`, by path. */
export type Template = {
  root: string;
  files: ReadonlyMap<string, BicepFile>;
  problems: readonly Problem[];
  /** Texts of loaded files, by path, once read. */
  texts: Map<string, string>;
};

/** Parses them all; a file that is no Bicep becomes a problem. */
export function readTemplate(root: string): Template {
  const files = new Map<string, BicepFile>();
  const problems: Problem[] = [];
  for (const path of readdirSync(join(root, "infra"), { recursive: true, encoding: "utf8" }).toSorted()) {
    if (!path.endsWith(".bicep")) continue;
    const file = join("infra", path.replaceAll("\\", "/"));
    try {
      files.set(file, parseBicep(file, readFileSync(join(root, file), "utf8")));
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      problems.push({ file, line: error.line, message: error.message });
    }
  }
  return { root, files, problems, texts: new Map() };
}

/** The scope of a file outside any loop. */
export function toScope(file: BicepFile): Scope {
  return { file, loops: new Map() };
}

/** The scope inside a `for`. */
export function enterLoop(scope: Scope, loop: Extract<Expression, { kind: "for" }>): Scope {
  const loops = new Map(scope.loops).set(loop.item, loop.collection);
  if (loop.index !== null) loops.set(loop.index, { kind: "number", value: 0, line: loop.line });
  return { ...scope, loops };
}

/** What a name stands for in a file. */
export function findDeclaration(file: BicepFile, name: string): Declaration | undefined {
  return file.declarations.find((one) => one.name === name && one.kind !== "output");
}

/** The path, below the repository, of a file that another one names. */
export function resolvePath(file: BicepFile, path: string): string {
  return normalize(join(dirname(file.file), path));
}

/** Every value that an expression can have as far as the files say, or null when only Azure or a parameter knows. */
export function toValues(template: Template, scope: Scope, expression: Expression): Expression[] | null {
  const follow = (one: Expression) => toValues(template, scope, one);
  switch (expression.kind) {
    case "ternary":
      return both(follow(expression.whenTrue), follow(expression.whenFalse));
    case "name": {
      const collection = scope.loops.get(expression.name);
      if (collection)
        return collection.kind === "number" ? [collection] : flatItems(follow(collection), follow);
      const declared = findDeclaration(scope.file, expression.name);
      return declared?.kind === "var" ? follow(declared.value) : null;
    }
    case "member":
      return each(follow(expression.target), (target) => findProperty(target, expression.name), follow);
    case "index": {
      const key = toLiteral(expression.index);
      const targets = follow(expression.target);
      if (key !== null) return each(targets, (target) => findProperty(target, key), follow);
      return targets && targets.flatMap((target) => toEntries(target)).flatMap((one) => follow(one) ?? [one]);
    }
    case "call":
      return toLoaded(template, scope, expression);
    case "unary":
    case "binary":
      return null;
    default:
      return [expression];
  }
}

function both(first: Expression[] | null, second: Expression[] | null): Expression[] | null {
  return first && second && [...first, ...second];
}

function each(
  targets: Expression[] | null,
  pick: (target: Expression) => Expression | undefined,
  follow: (one: Expression) => Expression[] | null,
): Expression[] | null {
  if (!targets) return null;
  const picked = targets.map((target) => pick(target));
  if (picked.some((one) => one === undefined)) return null;
  const followed = picked.flatMap((one) => (one ? [follow(one)] : []));
  return followed.some((one) => one === null) ? null : followed.flatMap((one) => one ?? []);
}

function flatItems(
  collections: Expression[] | null,
  follow: (one: Expression) => Expression[] | null,
): Expression[] | null {
  return collections && collections.flatMap((one) => toEntries(one)).flatMap((one) => follow(one) ?? [one]);
}

function toEntries(expression: Expression): Expression[] {
  if (expression.kind === "array") return expression.items;
  return expression.kind === "object" ? expression.members.map(({ value }) => value) : [];
}

/** The content of a file that is loaded while the template is built; a missing one is check-symbols' business. */
function toLoaded(
  template: Template,
  scope: Scope,
  { name, args, line }: Extract<Expression, { kind: "call" }>,
): Expression[] | null {
  const path = args[0] && toLiteral(args[0]);
  if (name !== "loadJsonContent" && name !== "loadTextContent") return null;
  if (path === null || path === undefined) return null;
  const text = readText(template, resolvePath(scope.file, path));
  if (text === undefined) return null;
  if (name === "loadTextContent") return [{ kind: "string", parts: [text], line }];
  return [toExpression(z.json().parse(JSON.parse(text)), line)];
}

function readText({ root, texts }: Template, path: string): string | undefined {
  const full = join(root, path);
  if (!texts.has(path) && existsSync(full)) texts.set(path, readFileSync(full, "utf8"));
  return texts.get(path);
}

function toExpression(value: z.core.util.JSONType, line: number): Expression {
  if (value === null) return { kind: "null", line };
  if (typeof value === "string") return { kind: "string", parts: [value], line };
  if (typeof value === "number") return { kind: "number", value, line };
  if (typeof value === "boolean") return { kind: "boolean", value, line };
  if (Array.isArray(value))
    return { kind: "array", items: value.map((one) => toExpression(one, line)), line };
  const members = Object.entries(value).map(([name, one]) => {
    return { kind: "property", name, value: toExpression(one, line), line } as const;
  });
  return { kind: "object", members, line };
}
