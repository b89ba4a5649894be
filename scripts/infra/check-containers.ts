/** Checks that every blob container the code opens is declared: one that the code made itself would have no policy. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { findProperty, toBody, toLiteral } from "./bicep-syntax.ts";
import type { Problem } from "./problem.ts";
import type { Template } from "./template.ts";

const CONTAINER_TYPE = "Microsoft.Storage/storageAccounts/blobServices/containers@";

/** `root` holds the sources; a file names its container in a constant `CONTAINER`. */
export function checkContainers(template: Template, root: string): Problem[] {
  const declared = findDeclared(template);
  const folder = join(root, "src/storage");
  return readdirSync(folder).flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    if (!text.includes("getContainerClient(")) return [];
    const file = join("src/storage", name);
    const found = /const CONTAINER = "([\w-]+)"/.exec(text);
    if (!found?.[1]) return [{ file, line: 1, message: "which container is opened here cannot be read" }];
    if (declared.has(found[1])) return [];
    const line = text.slice(0, found.index).split("\n").length;
    return [{ file, line, message: `the container ${found[1]} is not declared in infra/storage.bicep` }];
  });
}

function findDeclared(template: Template): Set<string> {
  const names = new Set<string>();
  for (const file of template.files.values()) {
    for (const one of file.declarations) {
      if (one.kind !== "resource" || !one.type.startsWith(CONTAINER_TYPE)) continue;
      const name = findProperty(toBody(one.value), "name");
      const text = name && toLiteral(name);
      if (text) names.add(text);
    }
  }
  return names;
}
