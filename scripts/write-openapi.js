// @ts-check
/** Writes docs/openapi.json, the description that the app serves: `node scripts/write-openapi.js`, after a route or a schema was changed. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = fileURLToPath(new URL("../", import.meta.url));
const target = fileURLToPath(new URL("../docs/openapi.json", import.meta.url));

// Outside a host @azure/functions says of every function that it is not registered.
console.warn = () => {};

/** @type {{ module: { createOpenApi(): object } }} */
const { module } = await runnerImport(`${root}src/openapi/create-open-api.ts`, {
  root,
  configFile: false,
  logLevel: "error",
});
writeFileSync(target, `${JSON.stringify(module.createOpenApi(), null, 2)}\n`);
const oxfmt = fileURLToPath(new URL("../node_modules/oxfmt/bin/oxfmt", import.meta.url));
process.exit(spawnSync(process.execPath, [oxfmt, target], { cwd: root, stdio: "inherit" }).status ?? 1);
