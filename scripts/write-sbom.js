// @ts-check
/**
 * `npm run sbom`: what this product is made of, as CycloneDX, by npm itself from package-lock.json; no network is needed.
 * deployed.cdx.json holds what is deployed, as packages or in the bundle; all.cdx.json developers' tools and the pages'
 * libraries too. Another folder than dist/sbom may be named.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runStep } from "./prepare/run-step.js";

const root = join(import.meta.dirname, "..");
const target = resolve(process.argv[2] ?? join(root, "dist", "sbom"));
/** @type {{ name: string, devDependencies?: object }} */
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));

/** @type {{ "": { devDependencies?: object } } & Record<string, object>} */
const { "": project, ...packages } = lock.packages;

mkdirSync(target, { recursive: true });
await writeSbom("all.cdx.json", manifest, { "": project, ...packages });
await writeSbom("deployed.cdx.json", withoutTools(manifest), {
  "": withoutTools(project),
  ...Object.fromEntries(
    Object.entries(packages).filter(([, one]) => !("dev" in one || "devOptional" in one)),
  ),
});

/**
 * Has npm describe a project of exactly these packages: its own `--omit=dev` leaves out every package that a tool needs too.
 * @param {string} file
 * @param {{ name: string }} product
 * @param {Record<string, object>} locked
 */
async function writeSbom(file, product, locked) {
  const temporary = mkdtempSync(join(tmpdir(), "orderbell-sbom-"));
  try {
    // npm names the product by its folder.
    const folder = join(temporary, product.name);
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify(product));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...lock, packages: locked }));
    // Warnings would stand before the document.
    const args = [
      "sbom",
      "--sbom-format=cyclonedx",
      "--sbom-type=application",
      "--package-lock-only",
      "--silent",
    ];
    const sbom = await runStep(pathToFileURL(`${folder}/`), "npm", args, {
      shell: process.platform === "win32",
    });
    writeFileSync(join(target, file), sbom);
    console.log(`${join(target, file)}: ${JSON.parse(sbom).components.length} packages`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * @template {object} Project
 * @param {Project & { devDependencies?: object }} project
 */
function withoutTools({ devDependencies: _, ...rest }) {
  return rest;
}
