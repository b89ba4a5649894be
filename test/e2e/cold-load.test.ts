import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
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

it("loads the app without the clients of blobs and of Key Vault, which are loaded when evidence is written", () => {
  const folder = "dist/bundle/app/";
  const clients = (file: string) =>
    readFileSync(folder + file, "utf8").match(
      /\b(?:BlobServiceClient|CryptographyClient|KeyClient) = class\b/g,
    ) ?? [];
  const later = readdirSync(`${folder}assets`).map((file) => `assets/${file}`);

  expect(readFileSync(`${folder}index.js`, "utf8")).not.toMatch(/^import .*from "\.\/assets\//m);
  expect(clients("index.js")).toEqual([]);
  expect(later.flatMap(clients)).toHaveLength(3);
});
