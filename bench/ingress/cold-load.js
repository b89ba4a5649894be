// @ts-check
/**
 * How long Node takes to load the app with all its functions, polling among them, and what jsforce would add to it.
 * Run `npm run build`, then `node bench/ingress/cold-load.js`. Each figure is from processes of their own.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROUNDS = 11;
const root = join(import.meta.dirname, "../..");
const bundle = pathToFileURL(join(root, "dist/bundle/app/index.js")).href;

const app = Array.from({ length: ROUNDS }, () => measure(`await import(${JSON.stringify(bundle)});`));
const jsforce = Array.from({ length: ROUNDS }, () => measure('await import("jsforce/lib/connection.js");'));
print("the app, polling included", app);
print("jsforce alone", jsforce);
process.stdout.write(
  `jsforce modules in the loaded app: ${Math.max(...app.map(({ modules }) => modules))}\n`,
);

/** @param {string} load */
function measure(load) {
  const program = `
    import { createRequire } from "node:module";
    const began = performance.now();
    ${load}
    const ms = performance.now() - began;
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes("jsforce"));
    process.stdout.write(JSON.stringify({ ms, modules: loaded.length }));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  /** @type {{ ms: number, modules: number }} */
  const measured = JSON.parse(output.toString());
  return measured;
}

/** @param {string} name @param {readonly { ms: number }[]} rounds */
function print(name, rounds) {
  const sorted = rounds.map(({ ms }) => Math.round(ms)).toSorted((a, b) => a - b);
  const [min, median, max] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  process.stdout.write(`${name.padEnd(26)} min ${min}, median ${median}, max ${max} ms\n`);
}
