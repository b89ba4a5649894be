// @ts-check
/** Lays out in dist/package what is deployed: host.json, the bundle, the pages, and packages in the locked versions. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const target = join(root, "dist", "package");
/** What the bundle leaves outside (bundle-app.config.js). */
const OUTSIDE = ["@azure/functions", "jsforce"];

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const path of ["host.json", "package.json", "package-lock.json", "dist/bundle", "dist/web"]) {
  cpSync(join(root, path), join(target, path), { recursive: true });
}
npm("ci");
// Then without what the bundle holds already, so that the versions that stay are the locked ones.
const manifest = JSON.parse(readFileSync(join(target, "package.json"), "utf8"));
const dependencies = Object.fromEntries(OUTSIDE.map((name) => [name, manifest.dependencies[name]]));
const { name, version, type, main } = manifest;
writeFileSync(
  join(target, "package.json"),
  JSON.stringify({ name, version, private: true, type, main, dependencies }, null, 2),
);
npm("prune");

/** @param {string} command */
function npm(command) {
  execFileSync("npm", [command, "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: target,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
}
