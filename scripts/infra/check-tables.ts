/** Checks that every table the code opens is declared, and every declared one is opened. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { findProperty, toBody, toLiteral, type BicepFile, type DeclarationOf } from "./bicep-syntax.ts";
import type { Problem } from "./problem.ts";
import { enterLoop, toScope, toValues, type Template } from "./template.ts";

type Opened = { name: string | null; file: string; line: number };

/** `openTable(connection, "Name")`, and a list of names that is mapped to it. */
const OPEN = /openTable\(\s*[^(),]+,\s*(?:"(?<name>\w+)"|(?<variable>\w+))/g;
const LIST = /\[(?<names>(?:\s*"\w+",?)+)\s*\]\.map\(\((?<variable>\w+)\)\s*=>\s*openTable\(/g;

/** Both directions; `root` holds the sources. */
export function checkTables(template: Template, root: string): Problem[] {
  const opened = readOpenedTables(root);
  const declared = findDeclaredTables(template);
  const names = new Set(declared.map(({ name }) => name));
  const known = new Set(opened.map(({ name }) => name));
  return [
    ...opened.flatMap(({ name, file, line }) => {
      if (name === null)
        return [{ file, line, message: "which table is opened here cannot be read: write its name" }];
      return names.has(name)
        ? []
        : [{ file, line, message: `the table ${name} is not declared in infra/storage.bicep` }];
    }),
    ...declared.flatMap(({ name, file, line }) =>
      known.has(name) ? [] : [{ file, line, message: `nothing opens the table ${name}` }],
    ),
  ];
}

/** Every table that src/storage opens, by name; null for a name that is not written there. */
export function readOpenedTables(root: string): Opened[] {
  const folder = join(root, "src/storage");
  return readdirSync(folder)
    .filter((path) => path.endsWith(".ts") && path !== "table.ts")
    .flatMap((path) => readOpened(join("src/storage", path), readFileSync(join(folder, path), "utf8")));
}

function readOpened(file: string, text: string): Opened[] {
  const lineOf = (index: number) => text.slice(0, index).split("\n").length;
  const lists = [...text.matchAll(LIST)];
  const listed = lists.flatMap(({ index, groups }) =>
    [...(groups?.["names"] ?? "").matchAll(/\w+/g)].map(([name]) => ({ name, file, line: lineOf(index) })),
  );
  const mapped = new Set(lists.map(({ groups }) => groups?.["variable"]));
  const single = [...text.matchAll(OPEN)].flatMap(({ index, groups }) => {
    if (groups?.["variable"] !== undefined && mapped.has(groups["variable"])) return [];
    return [{ name: groups?.["name"] ?? null, file, line: lineOf(index) }];
  });
  return [...listed, ...single];
}

type Declared = { name: string; file: string; line: number };

function findDeclaredTables(template: Template): Declared[] {
  return [...template.files.values()].flatMap((file) =>
    file.declarations.flatMap((one) => (isTable(one) ? toNames(template, file, one) : [])),
  );
}

function isTable(declaration: { kind: string }): declaration is DeclarationOf<"resource"> {
  return (
    declaration.kind === "resource" &&
    "type" in declaration &&
    String(declaration.type).startsWith("Microsoft.Storage/storageAccounts/tableServices/tables@")
  );
}

function toNames(template: Template, file: BicepFile, resource: DeclarationOf<"resource">): Declared[] {
  const outer = toScope(file);
  const scope = resource.value.kind === "for" ? enterLoop(outer, resource.value) : outer;
  const name = findProperty(toBody(resource.value), "name");
  return (name ? (toValues(template, scope, name) ?? []) : []).flatMap((value) => {
    const text = toLiteral(value);
    return text === null ? [] : [{ name: text, file: file.file, line: value.line }];
  });
}
