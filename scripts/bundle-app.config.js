// @ts-check
/**
 * Bundles the app that is deployed into a few files: unbundled, its libraries are a thousand small ones, and reading
 * them takes more than half of a cold start. `@azure/functions` stays outside, because the worker and durable-functions
 * must share one copy of it; jsforce stays outside, because it is loaded only when Salesforce is really called.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const OUTSIDE = ["@azure/functions", "jsforce"];

export default defineConfig({
  publicDir: false,
  // Vite would make them constants of this build.
  define: {
    "process.env.NODE_ENV": "process.env.NODE_ENV",
    BUILT_CODE_VERSION: JSON.stringify(readCodeVersion()),
  },
  ssr: {
    target: "node",
    noExternal: true,
    external: OUTSIDE,
    // Libraries as Node itself loads them: what some offer to bundlers instead, their `require` cannot use.
    resolve: { mainFields: ["main"] },
  },
  build: {
    ssr: "src/index.ts",
    // Two folders deep, as src/functions is below dist/src: pages are found by the same relative path.
    outDir: "dist/bundle/app",
    target: "node20",
    minify: false,
    emptyOutDir: true,
    // Errors in the log name the lines of the bundle, which is readable as it stands.
    sourcemap: false,
    rolldownOptions: { external: [/^@azure\/functions(-core)?$/, /^jsforce/] },
  },
});

/** The package's version, and a digest of everything that decides: the sources and the versions of the libraries. */
function readCodeVersion() {
  const root = join(import.meta.dirname, "..");
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `src/${path.replaceAll("\\", "/")}`)
    .toSorted();
  const digest = createHash("sha256");
  for (const path of [...sources, "package-lock.json"]) {
    digest.update(`${path}\n`).update(readFileSync(join(root, path)));
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return `${version}+${digest.digest("hex").slice(0, 12)}`;
}
