import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTempProject, lockOf, type TempProject } from "./temp-project.ts";

let project: TempProject;

beforeEach(async () => {
  project = await createTempProject();
});

afterEach(async () => {
  await project.remove();
});

describe("Node.js", () => {
  it.each(["18.20.4", "20.18.3"])("%s is refused with the version that is wanted", async (version) => {
    await project.write(
      "fake-version.cjs",
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`,
    );
    const run = await project.prepare([], { NODE_OPTIONS: "--require ./fake-version.cjs" });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain(`OrderBell needs Node.js 20.19 or newer, and this is ${version}.`);
    expect(await project.toolsRun()).toEqual([]);
  });
});

describe("packages", () => {
  const NPM_CI = "npm ci --include=dev --no-audit --no-fund";

  it("are installed when node_modules is missing, and the reason is told in one line", async () => {
    const run = await project.prepare();
    expect(run).toEqual({
      exitCode: 0,
      stdout: "Installing packages: node_modules is missing.\n",
      stderr: "",
    });
    expect(await project.toolsRun()).toEqual([NPM_CI]);
  });

  it("are left alone, without a word, when they are the ones of package-lock.json", async () => {
    await project.prepare();
    expect(await project.prepare()).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await project.toolsRun()).toEqual([NPM_CI]);
  });

  it("are installed again when package-lock.json wants another version", async () => {
    await project.prepare();
    await project.write("package-lock.json", lockOf({ left: "1.0.1" }));
    expect((await project.prepare()).stdout).toBe(
      "Installing packages: package-lock.json wants another left.\n",
    );
    expect((await project.prepare()).stdout).toBe("");
  });

  it("are installed again when package-lock.json lost one", async () => {
    await project.write("package-lock.json", lockOf({ left: "1.0.0", right: "1.0.0" }));
    await project.prepare();
    await project.write("package-lock.json", lockOf({ left: "1.0.0" }));
    expect((await project.prepare()).stdout).toBe(
      "Installing packages: package-lock.json no longer wants right.\n",
    );
  });

  it("may lack an optional one that is for another platform", async () => {
    await project.prepare();
    await project.write(
      "package-lock.json",
      lockOf({ left: "1.0.0", "only-windows": "1.0.0" }, ["only-windows"]),
    );
    expect((await project.prepare()).stdout).toBe("");
  });

  it("that cannot be installed end the run with what npm said and what to do", async () => {
    await project.write("offline", "");
    const run = await project.prepare(["--build"]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("npm error network ENOTFOUND");
    expect(run.stderr).toContain("Is the registry within reach");
    expect(await project.read("dist/.build-stamp")).toBeUndefined();
  });
});

describe("local.settings.json", () => {
  it("is created from the sample and never touched again", async () => {
    await project.write("local.settings.sample.json", "{}");
    expect((await project.prepare()).stdout).toContain(
      "Created local.settings.json from local.settings.sample.json.",
    );
    await project.write("local.settings.json", '{ "mine": true }');
    expect((await project.prepare()).stdout).toBe("");
    expect(await project.read("local.settings.json")).toBe('{ "mine": true }');
  });
});

describe("the build", () => {
  beforeEach(async () => {
    await project.prepare();
    await project.write("src/a.ts", "a");
    await project.write("src/b.ts", "b");
  });

  const builds = async () => (await project.toolsRun()).filter((tool) => tool === "tsc").length;

  it("happens once, says how long it took, and leaves everything in dist", async () => {
    await project.write("local/salesforce/org.html", "org");
    await project.write("web/vite.config.ts", "");
    expect((await project.prepare(["--build"])).stdout).toMatch(/^Built in \d+\.\d s\.\n$/);
    expect(await project.prepare(["--build"])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await builds()).toBe(1);
    expect(await project.read("dist/src/a.js")).toBe("a");
    expect(await project.read("dist/local/salesforce/org.html")).toBe("org");
    expect(await project.read("dist/web/index.html")).toBe("page");
  });

  it("does not happen unless asked for", async () => {
    await project.prepare();
    expect(await builds()).toBe(0);
  });

  it.each([
    ["a changed source", () => project.write("src/a.ts", "changed")],
    ["a new source", () => project.write("src/deep/er/c.ts", "c")],
    ["a changed page", () => project.write("web/index.html", "page")],
    ["a changed tsconfig", () => project.write("tsconfig.json", "{}")],
  ])("happens again for %s", async (_what, change) => {
    await project.prepare(["--build"]);
    await change();
    await project.prepare(["--build"]);
    expect(await builds()).toBe(2);
  });

  it("forgets a source that was deleted", async () => {
    await project.prepare(["--build"]);
    await project.delete("src/b.ts");
    await project.prepare(["--build"]);
    expect(await project.read("dist/src/a.js")).toBe("a");
    expect(await project.read("dist/src/b.js")).toBeUndefined();
  });

  it("that fails says why, fails the run, and is tried again", async () => {
    await project.write("src/a.ts", "type error");
    const failed = await project.prepare(["--build"]);
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain("src/a.ts(1,1): error TS2322");
    expect(await project.read("dist/.build-stamp")).toBeUndefined();
    expect((await project.prepare(["--build"])).exitCode).toBe(1);
    await project.write("src/a.ts", "mended");
    expect((await project.prepare(["--build"])).exitCode).toBe(0);
    expect(await project.read("dist/src/a.js")).toBe("mended");
  });

  it("happens once when two ask at once", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => project.prepare(["--build"], { TSC_MS: "300" })));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(await builds()).toBe(1);
    expect(await project.read("dist/src/a.js")).toBe("a");
    expect(await project.read(".local/prepare.lock")).toBeUndefined();
  });

  it("is not held up by the lock of a process that was killed", async () => {
    await project.write(".local/prepare.lock", "99999999");
    expect((await project.prepare(["--build"])).exitCode).toBe(0);
    expect(await builds()).toBe(1);
  });
});
