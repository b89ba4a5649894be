import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";

/** Loads modules in a process of their own; answers how many files of jsforce that took. */
function countJsforceFiles(...modules: string[]): number {
  const program = `
    import { createRequire } from "node:module";
    for (const name of ${JSON.stringify(modules)}) await import(name);
    const paths = Object.keys(createRequire(import.meta.url).cache);
    process.stdout.write(String(paths.filter((path) => path.includes("node_modules/jsforce/")).length));`;
  const args = ["--input-type=module", "-e", program];
  return Number(execFileSync(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] }).toString());
}

it("loads the app, polling included, without jsforce, which is loaded only when Salesforce is called", () => {
  const app = pathToFileURL("dist/bundle/app/index.js").href;
  expect(countJsforceFiles(app)).toBe(0);
  expect(countJsforceFiles(app, "jsforce/lib/connection.js")).toBeGreaterThan(10);
});

const FOLDER = "dist/bundle/app/";
const FILES = ["index.js", ...readdirSync(`${FOLDER}assets`).map((file) => `assets/${file}`)];
const readBuilt = (file: string) => readFileSync(FOLDER + file, "utf8");

/** What Node reads before the app can answer: `file`, and what it and the others import other than when needed. */
function listLoadedAtOnce(file = "index.js", found = new Set<string>()): Set<string> {
  found.add(file);
  for (const [, name = ""] of readBuilt(file).matchAll(/^(?:import|export) .*?"(\.[^"]+)";$/gm)) {
    const imported = posix.join(posix.dirname(file), name);
    if (!found.has(imported)) listLoadedAtOnce(imported, found);
  }
  return found;
}

it("loads the app without what only some requests need: clients of blobs and of Key Vault, the description of the API", () => {
  const atOnce = listLoadedAtOnce();
  const later = FILES.filter((file) => !atOnce.has(file));
  const find = (files: Iterable<string>) =>
    [...files].flatMap(
      (file) =>
        readBuilt(file).match(
          /\b(?:BlobServiceClient|CryptographyClient|KeyClient) = class\b|function createOpenApi\b/g,
        ) ?? [],
    );

  expect(find(atOnce)).toEqual([]);
  expect(find(later)).toHaveLength(4);
});
