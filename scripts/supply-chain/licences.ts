/** Which licences may come into the house. */
import type { LockedPackage } from "./locked-packages.ts";

/** Without duties beyond naming the authors: these may be deployed. */
const ALLOWED: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "(MIT OR CC0-1.0)",
];

/** Allowed as well where a package is a tool that nobody is given: its source would have to come along. */
const ALLOWED_FOR_TOOLS: readonly string[] = ["MPL-2.0", "Unlicense"];

/** Packages that name their licence otherwise, with what their files say. */
const READ_BY_HAND: ReadonlyMap<string, string> = new Map([
  ["uri-templates@0.2.0", "public domain, as its README says; a tool"],
]);

/** What of `devDependencies` is built into the pages all the same. */
export const IN_PAGES: readonly string[] = ["preact", "@microsoft/signalr"];

/** Says of each package whose licence is not allowed where it stands, which it is. */
export function findForbiddenLicences(packages: readonly LockedPackage[]): string[] {
  return packages
    .filter((one) => !isAllowed(one))
    .map(({ path, version, licence }) => `${path}@${version}: ${licence}`);
}

function isAllowed({ name, version, licence, isProduction }: LockedPackage): boolean {
  if (ALLOWED.includes(licence)) return true;
  if (isProduction || IN_PAGES.includes(name)) return false;
  return ALLOWED_FOR_TOOLS.includes(licence) || READ_BY_HAND.has(`${name}@${version}`);
}
