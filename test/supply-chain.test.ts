import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ADVISORIES } from "../scripts/supply-chain/advisories.ts";
import { findForbiddenLicences, IN_PAGES } from "../scripts/supply-chain/licences.ts";
import {
  findNeeded,
  type LockedPackage,
  readLockedPackages,
} from "../scripts/supply-chain/locked-packages.ts";
import { REASONS } from "../scripts/supply-chain/reasons.ts";
import { writeDependencies } from "../scripts/supply-chain/write-dependencies.ts";

const root = resolve(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

const versionsSchema = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: versionsSchema, devDependencies: versionsSchema, overrides: versionsSchema })
  .parse(JSON.parse(read("package.json")));
const direct = { ...manifest.dependencies, ...manifest.devDependencies };
const packages = readLockedPackages(read("package-lock.json"));
const production = packages.filter(({ isProduction }) => isProduction);
const tools = packages.filter(({ isProduction }) => !isProduction);

/** What the bundle leaves outside, as a script says in one line. */
function readOutside(script: string): string[] {
  const list = /^const OUTSIDE = (\[.*\]);$/m.exec(read(script))?.[1];
  return z.array(z.string()).parse(JSON.parse(list ?? "null"));
}

const deployed = findNeeded(packages, readOutside("scripts/stage-package.js"));

describe("package.json", () => {
  it.each(Object.entries({ ...direct, ...manifest.overrides }))(
    "names one version of %s: %s",
    (_, version) => {
      expect(version).toMatch(/^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
    },
  );

  it("names a reason for each dependency, and no reason for what is gone", () => {
    expect(Object.keys(REASONS).toSorted()).toEqual(Object.keys(direct).toSorted());
  });
});

describe("package-lock.json", () => {
  it.each(Object.entries(direct))("has %s in the version that package.json names, %s", (name, version) => {
    const locked = packages.find(({ path }) => path === `node_modules/${name}`);
    const alias = locked?.name === name ? "" : `npm:${locked?.name}@`;
    expect(`${alias}${locked?.version}`).toBe(version);
  });

  it("has a checksum of every package, so that another file of the same version is refused", () => {
    const unchecked = packages.filter(({ integrity }) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ""));
    expect(unchecked.map(({ path }) => path)).toEqual([]);
  });

  it("marks as production exactly what the dependencies need", () => {
    const needed = new Set(findNeeded(packages, Object.keys(manifest.dependencies)));
    // What a peer or nobody needs may stand there as well; nothing needed may be marked as a tool.
    expect([...needed].filter(({ isProduction }) => !isProduction).map(({ path }) => path)).toEqual([]);
  });
});

describe("install scripts", () => {
  it("are switched off for whoever installs, and when the app is staged", () => {
    expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
    expect(read("scripts/stage-package.js")).toContain('"--ignore-scripts"');
  });

  it("are brought by nothing but the four packages that were looked at; the deployed two print an appeal", () => {
    const names = (some: readonly LockedPackage[]) =>
      some.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect(names(production)).toEqual(["core-js", "core-js-pure"]);
    expect(names(tools)).toEqual(["lmdb", "msgpackr-extract"]);
    for (const name of names(production)) {
      const { scripts } = z
        .object({ scripts: versionsSchema })
        .parse(JSON.parse(read(`node_modules/${name}/package.json`)));
      expect(scripts["postinstall"]).toBe(`node -e "try{require('./postinstall')}catch(e){}"`);
    }
  });
});

describe("licences", () => {
  it("are all allowed where they stand", () => {
    expect(findForbiddenLicences(packages)).toEqual([]);
  });

  it("are those that the installed packages themselves name", () => {
    const differing = packages.filter(({ path, licence }) => {
      const installed = readInstalledLicence(path);
      return installed !== undefined && installed !== licence;
    });
    expect(differing.map(({ path }) => path)).toEqual([]);
  });

  it.each([
    ["GPL-3.0", true, "a"],
    ["GPL-3.0", false, "a"],
    ["MPL-2.0", true, "a"],
    ["MPL-2.0", false, "preact"],
    ["none named", false, "a"],
  ])("would be refused: %s, in production: %s, of %s", (licence, isProduction, name) => {
    const [some] = packages;
    if (some === undefined) throw new Error("no packages");
    expect(findForbiddenLicences([{ ...some, name, licence, isProduction }])).toHaveLength(1);
  });
});

const licenceSchema = z
  .object({ license: z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]) })
  .transform(({ license }) => license);

/** Undefined for packages of other platforms, and for the few that name none in today's way. */
function readInstalledLicence(path: string): string | undefined {
  try {
    return licenceSchema.safeParse(JSON.parse(read(`${path}/package.json`))).data;
  } catch {
    return undefined;
  }
}

describe("what is deployed", () => {
  it("is what azd stages: the bundle, the pages, and the packages that the bundle leaves outside", () => {
    const service = z
      .object({
        services: z.object({
          app: z.object({
            dist: z.string(),
            remoteBuild: z.boolean(),
            hooks: z.object({ prepackage: z.object({ run: z.string() }) }),
          }),
        }),
      })
      .parse(parse(read("azure.yaml"))).services.app;
    expect(service).toMatchObject({ dist: "dist/package", remoteBuild: false });
    expect(service.hooks.prepackage.run).toContain("node scripts/stage-package.js");
    expect(readOutside("scripts/bundle-app.config.js")).toEqual(readOutside("scripts/stage-package.js"));
  });

  it("brings no developer's package along, Azurite least of all", () => {
    expect(deployed.length).toBeGreaterThan(10);
    expect(deployed.filter(({ isProduction }) => !isProduction).map(({ path }) => path)).toEqual([]);
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["azurite", "lmdb", "vitest"]));
  });

  it("imports in src nothing but what production brings", () => {
    const allowed = [...Object.keys(manifest.dependencies), "node:"];
    expect(readImports("src").filter((name) => !allowed.some((one) => name.startsWith(one)))).toEqual([]);
  });

  it("imports in the pages nothing but what production brings and two libraries whose licences are looked at", () => {
    const allowed = [...Object.keys(manifest.dependencies), ...IN_PAGES];
    expect(readImports("web").filter((name) => !allowed.some((one) => isOf(name, one)))).toEqual([]);
  });
});

const isOf = (name: string, owner: string) => name === owner || name.startsWith(`${owner}/`);

/** What the sources of a folder import from elsewhere; the build's own configuration is no source. */
function readImports(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const sources = files.filter((path) => /\.tsx?$/.test(path) && !/\.(config|d)\.ts$/.test(path));
  const names = sources.flatMap((path) =>
    [...read(join(folder, path)).matchAll(/(?:from |import\(|^import )"([^."][^"]*)"/gm)].map(
      ([, name]) => name ?? "",
    ),
  );
  return [...new Set(names)];
}

describe("npm run sbom", () => {
  it("lists every package that is deployed, and every package there is, without a network", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orderbell-sbom-test-"));
    try {
      await promisify(execFile)(process.execPath, [join(root, "scripts/write-sbom.js"), folder], {
        env: { ...process.env, npm_config_offline: "true" },
      });
      expect(readComponents(join(folder, "deployed.cdx.json"))).toEqual(toIds(production));
      expect(readComponents(join(folder, "all.cdx.json"))).toEqual(toIds(packages));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const toIds = (some: readonly LockedPackage[]) =>
  [...new Set(some.map(({ name, version }) => `${name}@${version}`))].toSorted();

function readComponents(path: string): string[] {
  const { components } = z
    .object({
      bomFormat: z.literal("CycloneDX"),
      metadata: z.object({ component: z.object({ name: z.literal("orderbell") }) }),
      components: z.array(z.object({ purl: z.string().startsWith("pkg:npm/") })),
    })
    .parse(JSON.parse(readFileSync(path, "utf8")));
  // Its name may be an alias of ours.
  const ids = components.map(({ purl }) => decodeURIComponent(purl.slice("pkg:npm/".length)));
  return [...new Set(ids)].toSorted();
}

describe("known advisories", () => {
  it.each(ADVISORIES)("$ids.0 of $package is still about what is installed, where it says", (advisory) => {
    const installed = packages.filter(
      ({ name, isProduction }) => name === advisory.package && isProduction === advisory.isProduction,
    );
    const versions = new Set(installed.map(({ version }) => version));
    expect(advisory.versions.filter((version) => !versions.has(version))).toEqual([]);
  });
});

it("docs/dependencies.md is up to date (vitest run test/supply-chain.test.ts -u writes it)", async () => {
  await expect(writeDependencies(manifest, packages)).toMatchFileSnapshot("../docs/dependencies.md");
});
