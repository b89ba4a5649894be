// @ts-check
/** Builds dist/ from src/, local/ and web/ when a file of them was changed, added or deleted since the last build. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runStep } from "./run-step.js";
import { withLock } from "./with-lock.js";

const SOURCE_FOLDERS = ["src", "local", "web", "cli"];
/** Compiled by tsc, which leaves pages, pictures and the like where they are. */
const COMPILED_FOLDERS = ["local"];
const APP_BUNDLE = "scripts/bundle-app.config.js";
const SOURCE_FILES = [
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "web/tsconfig.json",
  APP_BUNDLE,
];

/** @param {URL} root */
export async function buildProject(root) {
  if (isBuilt(root)) return;
  await withLock(root, async () => {
    if (isBuilt(root)) return;
    const start = performance.now();
    // Taken first: a file saved during the build makes the next one build again.
    const fingerprint = fingerprintOf(root);
    rmSync(new URL("dist/", root), { recursive: true, force: true });
    const outcomes = await Promise.allSettled([
      compile(root),
      bundle(root, APP_BUNDLE),
      bundle(root, "web/vite.config.ts"),
    ]);
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure) throw failure.reason;
    mkdirSync(new URL("dist/", root), { recursive: true });
    writeFileSync(stampOf(root), fingerprint);
    console.log(`Built in ${((performance.now() - start) / 1_000).toFixed(1)} s.`);
  });
}

/** @param {URL} root */
async function compile(root) {
  await runStep(root, process.execPath, [tool(root, "typescript/bin/tsc"), "-p", "tsconfig.build.json"]);
  for (const folder of COMPILED_FOLDERS) {
    const from = new URL(`${folder}/`, root);
    if (!existsSync(from)) continue;
    for (const file of filesBelow(from)) {
      if (/\.[cm]?[jt]sx?$/.test(file)) continue;
      cpSync(new URL(file, from), new URL(`dist/${folder}/${file}`, root));
    }
  }
}

/**
 * @param {URL} root
 * @param {string} config of Vite
 */
async function bundle(root, config) {
  if (!existsSync(new URL(config, root))) return;
  await runStep(root, process.execPath, [tool(root, "vite/bin/vite.js"), "build", "--config", config]);
}

/**
 * @param {URL} root
 * @param {string} path below node_modules
 */
function tool(root, path) {
  return fileURLToPath(new URL(`node_modules/${path}`, root));
}

/** @param {URL} root */
function stampOf(root) {
  return new URL("dist/.build-stamp", root);
}

/** @param {URL} root */
function isBuilt(root) {
  const stamp = stampOf(root);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprintOf(root);
}

/**
 * Names and content of everything a build reads: unlike times, they survive a checkout and notice a deletion.
 * @param {URL} root
 */
function fingerprintOf(root) {
  const hash = createHash("sha256");
  for (const file of SOURCE_FILES) {
    const url = new URL(file, root);
    if (existsSync(url)) hash.update(`\0${file}\0`).update(readFileSync(url));
  }
  for (const folder of SOURCE_FOLDERS) {
    const url = new URL(`${folder}/`, root);
    if (!existsSync(url)) continue;
    for (const file of filesBelow(url))
      hash.update(`\0${folder}/${file}\0`).update(readFileSync(new URL(file, url)));
  }
  return hash.digest("hex");
}

/**
 * Paths below `folder`, with `/`, in one order on every machine.
 * @param {URL} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = encodeURIComponent(entry.name);
      if (!entry.isDirectory()) return entry.isFile() ? [name] : [];
      return filesBelow(new URL(`${name}/`, folder)).map((file) => `${name}/${file}`);
    });
}
