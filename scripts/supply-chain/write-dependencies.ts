/** docs/dependencies.md, made from package.json, package-lock.json and what is said about both here. */
import { ADVISORIES } from "./advisories.ts";
import { IN_PAGES } from "./licences.ts";
import type { LockedPackage } from "./locked-packages.ts";
import { REASONS } from "./reasons.ts";

/** The direct dependencies of package.json by name, with their version as written there. */
export interface DirectDependencies {
  dependencies: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
}

/** The whole page. */
export function writeDependencies(direct: DirectDependencies, packages: readonly LockedPackage[]): string {
  const production = packages.filter(({ isProduction }) => isProduction);
  const tools = packages.filter(({ isProduction }) => !isProduction);
  return [
    "# Dependencies",
    "",
    "Made by `npx vitest run test/supply-chain.test.ts -u` from package.json, package-lock.json and `scripts/supply-chain/`. The same",
    "test fails on a version that is not exact, a licence that is not allowed, a package without a checksum, a dependency without a",
    "reason, and a listed advisory whose package is gone.",
    "",
    `\`npm run sbom\` writes CycloneDX files to dist/sbom/: of what is deployed, and of everything.`,
    "",
    "## Deployed",
    "",
    `${Object.keys(direct.dependencies).length} direct dependencies, ${production.length} packages with what they need. All but @azure/functions and jsforce are`,
    "bundled; only what those two need is deployed as packages (`scripts/stage-package.js`). The pages hold",
    `${IN_PAGES.join(" and ")}, which package.json lists for developers because nothing installs them on Azure.`,
    "",
    ...writeTable(direct.dependencies, packages),
    "",
    "## For developers",
    "",
    `${Object.keys(direct.devDependencies).length} direct dependencies, ${tools.length} packages with what they need (those for other platforms too).`,
    "",
    ...writeTable(direct.devDependencies, packages),
    "",
    "## Licences",
    "",
    "| licence | deployed | for developers |",
    "| --- | --- | --- |",
    ...writeLicences(production, tools),
    "",
    "## Install scripts",
    "",
    "None is run: `.npmrc` says `ignore-scripts`, and so does the deployment. None is needed either:",
    "",
    ...writeInstallScripts(packages),
    "",
    "## Known advisories",
    "",
    "Found by reading advisories and issue trackers, last on 2026-11-22, not by `npm audit`: run that too, where the registry's audit",
    "endpoint can be reached. What is listed there and not here is news. Searches for lokijs 1.5.12 (Azurite's store, no longer",
    "maintained) found none.",
    "",
    "| advisory | package | affected | where | why it does not reach us |",
    "| --- | --- | --- | --- | --- |",
    ...ADVISORIES.map(
      (one) =>
        `| ${one.ids.join(", ")} | ${one.package} ${one.versions.join(", ")} | ${one.affected} | ${one.isProduction ? "deployed" : "developers"} | ${one.why} |`,
    ),
    "",
    "Node.js itself: the app is deployed on 22 or newer lines that Azure offers and keeps up to date. It still works on 20, which gets",
    "no fixes any more since April 2026; use it for nothing that others can reach.",
    "",
  ].join("\n");
}

function writeTable(direct: Readonly<Record<string, string>>, packages: readonly LockedPackage[]): string[] {
  const byPath = new Map(packages.map((one) => [one.path, one]));
  const rows = Object.keys(direct).map((name) => {
    const found = byPath.get(`node_modules/${name}`);
    const shown = found === undefined || found.name === name ? name : `${name} (${found.name})`;
    return `| ${shown} | ${found?.version ?? "missing"} | ${found?.licence ?? "missing"} | ${REASONS[name] ?? "no reason given"} |`;
  });
  return ["| package | version | licence | why |", "| --- | --- | --- | --- |", ...rows];
}

function writeLicences(production: readonly LockedPackage[], tools: readonly LockedPackage[]): string[] {
  const count = (packages: readonly LockedPackage[], licence: string) =>
    packages.filter((one) => one.licence === licence).length || "";
  const names = [...new Set([...production, ...tools].map(({ licence }) => licence))].toSorted();
  return names.map((name) => `| ${name} | ${count(production, name)} | ${count(tools, name)} |`);
}

/** What each would do, read by hand. */
const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  "core-js": "prints an appeal for donations",
  "core-js-pure": "prints an appeal for donations",
  lmdb: "builds what it also brings ready-made for each platform",
  "msgpackr-extract": "builds what it also brings ready-made for each platform; lmdb does without it",
};

function writeInstallScripts(packages: readonly LockedPackage[]): string[] {
  return packages
    .filter(({ hasInstallScript }) => hasInstallScript)
    .map(
      ({ name, version, isProduction }) =>
        `- ${name} ${version} (${isProduction ? "deployed" : "developers"}): ${INSTALL_SCRIPTS[name] ?? "not looked at yet"}`,
    );
}
