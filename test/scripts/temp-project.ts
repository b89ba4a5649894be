/** A project in a temporary folder that has OrderBell's set-up scripts and counterfeit tools: npm, tsc and vite. */
import { spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

const scripts = resolve(import.meta.dirname, "../../scripts");

/** Copies every .ts below src and local as .js, as tsc would; a source that says `type error` fails it. */
const FAKE_TSC = `
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
appendFileSync("tools.log", "tsc\\n");
await new Promise((done) => setTimeout(done, Number(process.env.TSC_MS ?? 0)));
for (const folder of ["src", "local"].filter((each) => existsSync(each))) {
  for (const file of readdirSync(folder).filter((each) => each.endsWith(".ts"))) {
    if (readFileSync(folder + "/" + file, "utf8").includes("type error")) {
      console.log(folder + "/" + file + "(1,1): error TS2322");
      process.exit(2);
    }
    cpSync(folder + "/" + file, "dist/" + folder + "/" + file.replace(/ts$/, "js"));
  }
}
`;

const FAKE_VITE = `
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
appendFileSync("tools.log", "vite\\n");
mkdirSync("dist/web", { recursive: true });
writeFileSync("dist/web/index.html", "page");
`;

/** Puts the packages of package-lock.json in place, or fails like npm without a network. */
const FAKE_NPM = `#!/usr/bin/env node
const fs = require("node:fs");
fs.appendFileSync("tools.log", "npm " + process.argv.slice(2).join(" ") + "\\n");
if (fs.existsSync("offline")) {
  console.error("npm error network ENOTFOUND");
  process.exit(1);
}
const { packages } = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
delete packages[""];
fs.mkdirSync("node_modules", { recursive: true });
fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages }));
`;

/** What one run of prepare.js did. */
export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary project; `remove()` ends it. */
export interface TempProject {
  write(file: string, content: string): Promise<void>;
  read(file: string): Promise<string | undefined>;
  delete(file: string): Promise<void>;
  /** Runs scripts/prepare.js with `args`. */
  prepare(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  /** The tools started so far, in order. */
  toolsRun(): Promise<string[]>;
  remove(): Promise<void>;
}

/** Creates a project whose packages are not yet installed. */
export async function createTempProject(): Promise<TempProject> {
  const folder = await mkdtemp(join(tmpdir(), "orderbell-prepare-"));
  const project: TempProject = {
    async write(file, content) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), content);
    },
    read: (file) => readFile(join(folder, file), "utf8").catch(() => undefined),
    delete: (file) => rm(join(folder, file), { recursive: true }),
    prepare: (args = [], env = {}) =>
      run(folder, ["scripts/prepare.js", ...args], {
        ...process.env,
        PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
        ...env,
      }),
    toolsRun: async () => ((await project.read("tools.log")) ?? "").split("\n").filter(Boolean),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  await cp(scripts, join(folder, "scripts"), { recursive: true });
  await project.write("package.json", '{ "type": "module" }');
  await project.write("package-lock.json", lockOf({ left: "1.0.0" }));
  await project.write("node_modules/typescript/bin/tsc", FAKE_TSC);
  await project.write("node_modules/vite/bin/vite.js", FAKE_VITE);
  // Node.js asks the nearest package.json how to read a file, and looks no further than node_modules/.
  await project.write("node_modules/typescript/package.json", '{ "type": "module" }');
  await project.write("node_modules/vite/package.json", '{ "type": "module" }');
  await project.write("bin/package.json", "{}");
  await project.write("bin/npm", FAKE_NPM);
  await chmod(join(folder, "bin/npm"), 0o755);
  return project;
}

/** A package-lock.json that asks for `versions`. */
export function lockOf(versions: Readonly<Record<string, string>>, optional: readonly string[] = []): string {
  const packages = Object.entries(versions).map(([name, version]) => [
    `node_modules/${name}`,
    { version, integrity: `sha512-${name}-${version}`, ...(optional.includes(name) && { optional: true }) },
  ]);
  return JSON.stringify({
    lockfileVersion: 3,
    packages: { "": { name: "temp" }, ...Object.fromEntries(packages) },
  });
}

function run(folder: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: folder, env, timeout: 20_000 });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", fail);
    child.on("close", (exitCode) => done({ exitCode, stdout, stderr }));
  });
}
