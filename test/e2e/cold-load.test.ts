import { execFileSync } from "node:child_process";
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
