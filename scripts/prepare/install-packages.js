// @ts-check
/** Installs the packages of package-lock.json when node_modules holds anything else. */
import { existsSync, readFileSync } from "node:fs";
import { runStep } from "./run-step.js";
import { withLock } from "./with-lock.js";

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} LockedPackage */
/** @typedef {Record<string, LockedPackage>} LockedPackages */

/** @param {URL} root */
export async function installPackages(root) {
  if (whyInstall(root) === undefined) return;
  await withLock(root, async () => {
    const why = whyInstall(root);
    if (why === undefined) return;
    console.log(`Installing packages: ${why}.`);
    await runStep(root, "npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], {
      // npm is a script on Windows, and those need a shell.
      shell: process.platform === "win32",
      advice:
        "Is the registry within reach (npm ping)? With a network that works, start again: nothing else is needed.",
    });
  });
}

/**
 * Compares what npm wrote down when it last finished with what the repository asks for; undefined when they agree.
 * A broken install leaves no such note.
 * @param {URL} root
 * @returns {string | undefined}
 */
function whyInstall(root) {
  const note = new URL("node_modules/.package-lock.json", root);
  if (!existsSync(note)) return "node_modules is missing";
  const wanted = readPackages(new URL("package-lock.json", root));
  const installed = readPackages(note);
  for (const [path, { version, integrity, optional, devOptional }] of Object.entries(wanted)) {
    if (path === "") continue;
    const found = installed[path];
    // npm leaves out optional packages that are for another platform.
    if (!found && (optional === true || devOptional === true)) continue;
    if (found?.version !== version || found?.integrity !== integrity)
      return `package-lock.json wants another ${path.replace("node_modules/", "")}`;
  }
  const extra = Object.keys(installed).find((path) => !(path in wanted));
  return extra === undefined
    ? undefined
    : `package-lock.json no longer wants ${extra.replace("node_modules/", "")}`;
}

/**
 * @param {URL} lockfile
 * @returns {LockedPackages}
 */
function readPackages(lockfile) {
  /** @type {{ packages: LockedPackages }} */
  const { packages } = JSON.parse(readFileSync(lockfile, "utf8"));
  return packages;
}
