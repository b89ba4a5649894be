/** The packages of package-lock.json, and those of them that are deployed beside the bundle. */
import { z } from "zod";

/** Since when npm writes `packages` alone. */
const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string(),
      integrity: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
      optional: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

/** One package in one place; the same package may stand in several places in several versions. */
export interface LockedPackage {
  /** `node_modules/a/node_modules/b`. */
  path: string;
  name: string;
  version: string;
  licence: string;
  /** What npm compares a download with; undefined: with nothing. */
  integrity: string | undefined;
  /** Whether `npm ci --omit=dev` installs it. */
  isProduction: boolean;
  hasInstallScript: boolean;
  /** Names of what it needs, or takes if it is there. */
  needs: string[];
}

/** Reads the text of package-lock.json; the project itself is left out. */
export function readLockedPackages(text: string): LockedPackage[] {
  const { packages } = lockSchema.parse(JSON.parse(text));
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, one]) => ({
      path,
      name: one.name ?? toInstalledName(path),
      version: one.version,
      licence: one.license ?? "none named",
      integrity: one.integrity,
      isProduction: one.dev !== true && one.devOptional !== true,
      hasInstallScript: one.hasInstallScript === true,
      needs: Object.keys({ ...one.dependencies, ...one.optionalDependencies }),
    }));
}

/** What is installed for these names and all they need, found as Node.js finds it: the nearest folder upwards. */
export function findNeeded(packages: readonly LockedPackage[], names: readonly string[]): LockedPackage[] {
  const byPath = new Map(packages.map((one) => [one.path, one]));
  const found = new Map<string, LockedPackage>();
  const visit = (from: string, name: string): void => {
    const one = toFolders(from).flatMap((folder) => byPath.get(`${folder}node_modules/${name}`) ?? [])[0];
    if (one === undefined || found.has(one.path)) return;
    found.set(one.path, one);
    for (const needed of one.needs) visit(one.path, needed);
  };
  for (const name of names) visit("", name);
  return [...found.values()];
}

/** The folder itself, those above it that hold packages, and the project's. */
function toFolders(path: string): string[] {
  if (path === "") return [""];
  return [`${path}/`, ...toFolders(path.slice(0, Math.max(0, path.lastIndexOf("/node_modules/"))))];
}

function toInstalledName(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}
