/** Makes a program that a test can fork and kill: Node 20 runs no TypeScript, so it is bundled first. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

/** Bundles `test/local/durable/<name>.ts` below `dir`; packages stay outside and are found through a link. */
export async function buildChild(dir: string, name: string): Promise<string> {
  const root = join(import.meta.dirname, "../../..");
  const outDir = join(dir, "child");
  await build({
    root,
    configFile: false,
    logLevel: "error",
    build: {
      ssr: join(import.meta.dirname, `${name}.ts`),
      outDir,
      rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"));
  return join(outDir, `${name}.mjs`);
}
