// @ts-check
/** Writes docs/settings.md, the page of the app settings: `node scripts/write-settings.js`, after one was added or changed. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = fileURLToPath(new URL("../", import.meta.url));

/** @type {{ module: { writeSettings(): string } }} */
const { module } = await runnerImport(`${root}scripts/docs/write-settings.ts`, {
  root,
  configFile: false,
  logLevel: "error",
});
writeFileSync(new URL("../docs/settings.md", import.meta.url), module.writeSettings());
