// @ts-check
/**
 * What every npm script runs first, so that a fresh clone needs no other step and a warm one waits for nothing:
 * the right Node.js, the packages of package-lock.json, a local.settings.json; with --build also dist/.
 * Prints a line only when something had to be done.
 */
import { checkNode } from "./prepare/check-node.js";

checkNode(process.versions.node);
// Loaded after the check: an older Node.js fails on these files before it could say why.
const { installPackages } = await import("./prepare/install-packages.js");
const { createLocalSettings } = await import("./prepare/create-local-settings.js");
const { buildProject } = await import("./prepare/build-project.js");
const { StepError } = await import("./prepare/run-step.js");

const root = new URL("../", import.meta.url);

try {
  await installPackages(root);
  createLocalSettings(root);
  if (process.argv.includes("--build")) await buildProject(root);
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
