/** Which versions run. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

const packageSchema = z.object({ name: z.string(), version: z.string() });

/** Versions by name: this runtime, Node.js and the programming model of the app. */
export async function readVersions(model: {
  name: string;
  version: string;
}): Promise<Record<string, string>> {
  const own = await readOwnPackage(import.meta.dirname);
  return {
    ...(own && { [own.name]: own.version }),
    "Node.js": process.versions.node,
    [model.name]: model.version,
  };
}

/** The nearest package.json above: built and unbuilt files lie at different depths. */
async function readOwnPackage(folder: string): Promise<z.infer<typeof packageSchema> | null> {
  try {
    return packageSchema.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));
  } catch {
    const parent = dirname(folder);
    return parent === folder ? null : readOwnPackage(parent);
  }
}
