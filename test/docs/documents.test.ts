/** What documents name exists: files, headings, npm scripts, alerts; and what they show is as the code has it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { globSync } from "tinyglobby";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { notificationSchema } from "../../src/domain/notification.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const DOCUMENTS = [...listMarkdown("."), ...listMarkdown("docs")];
/** Made by a build or a start, or a part of an example. */
const NOT_IN_THE_REPOSITORY = /^(?:dist|node_modules|\.local)\//;
const FILE = /\.(?:ts|tsx|js|mjs|json|bicep|kql|ya?ml|md|png|sh|css|html|txt)$/;

function listMarkdown(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => (folder === "." ? name : `${folder}/${name}`));
}

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** Targets of links and pictures inside the repository. */
function listLinks(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((t) => !/^\w+:/.test(t));
}

/** GitHub's name of a heading. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function listAnchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => toAnchor(heading));
}

/** Paths in running text and in code: two parts at least, or a folder that ends with a slash; `*` stands for anything. */
function listPaths(text: string): string[] {
  const paths = text.matchAll(/(?<![\w./@:<>{}-])(?:\.\/)?((?:[\w.*-]+\/)+(?:[\w.*-]+)?)/g);
  return [...new Set([...paths].map(([, path = ""]) => path.replace(/[.,]+$/, "")))];
}

const ROOMS = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Whether a text with slashes is meant as a path: it begins with a folder of ours, or is a file. */
function isPath(path: string): boolean {
  if (NOT_IN_THE_REPOSITORY.test(path)) return false;
  const [first = ""] = path.split("/");
  return ROOMS.includes(first) || (FILE.test(path) && !path.startsWith("api/"));
}

/** At the root, beside the document, or in src/ or infra/, whose parts are often named without them. */
function isThere(path: string, document: string): boolean {
  const places = [
    path,
    join(dirname(document), path),
    `src/${path}`,
    `infra/${path}`,
    `${path}.ts`,
    `src/${path}.ts`,
  ];
  if (!path.includes("*")) return places.some((place) => existsSync(join(ROOT, place)));
  return globSync([path, `src/${path}`, `infra/${path}`], { cwd: ROOT, dot: true }).length > 0;
}

describe.each(DOCUMENTS)("%s", (document) => {
  const text = read(document);

  it("links to files and headings that exist", () => {
    const broken = listLinks(text).filter((target) => {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? document : join(dirname(document), path);
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !listAnchors(read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("names paths that exist", () => {
    expect(listPaths(text).filter((path) => isPath(path) && !isThere(path, document))).toEqual([]);
  });

  it("names npm scripts that exist", () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read("package.json")));
    const named = [...text.matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)].map(
      ([, run, own]) => run ?? own ?? "",
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe("the test of documents", () => {
  it("finds paths where they stand, and leaves alone what is none", () => {
    const text =
      "See `src/domain/audience.ts`, test/infra/*.ts and docs/; not https://a.example/src/x.ts nor `and/or`.";
    expect(listPaths(text)).toEqual(["src/domain/audience.ts", "test/infra/*.ts", "docs/", "and/or"]);
    expect(isPath("and/or")).toBe(false);
    expect(isThere("src/domain/nothing.ts", "README.md")).toBe(false);
    expect(isThere("src/domain/no*.txt", "README.md")).toBe(false);
  });

  it("spells headings as GitHub does", () => {
    expect(toAnchor("A new version of an orchestrator")).toBe("a-new-version-of-an-orchestrator");
    expect(toAnchor("2. The Flow")).toBe("2-the-flow");
  });
});

describe("the runbook", () => {
  it("has a heading for every alert, with its name, its severity and how often it looks", () => {
    const alerts = [
      ...read("infra/alerts.bicep").matchAll(
        /name: '([\w-]+)'\s+title: '([^']+)'[^}]*?severity: (\d)\s+every: 'PT(\d+)M'/g,
      ),
    ];
    expect(alerts.length).toBeGreaterThanOrEqual(5);
    const runbook = read("docs/operations.md");
    for (const [, name = "", title = "", severity = "", minutes = ""] of alerts) {
      expect(runbook).toContain(
        `### ${title}\n\n\`${name}\`, severity ${severity}, every ${minutes} minutes`,
      );
    }
  });
});

describe("the page for front-end developers", () => {
  it("shows a notification as the app sends it", () => {
    const [, example = ""] = /```json\n([^`]+)```/.exec(read("docs/front-end.md")) ?? [];
    const { success, data } = z.strictObject(notificationSchema.shape).safeParse(JSON.parse(example));
    expect(success).toBe(true);
    expect(Object.keys(data ?? {}).toSorted()).toEqual(Object.keys(notificationSchema.shape).toSorted());
  });
});

describe("tasks of the editor", () => {
  it("run npm scripts that exist", () => {
    const { tasks } = z
      .object({ tasks: z.array(z.object({ label: z.string(), script: z.string().optional() })) })
      .parse(JSON.parse(read(".vscode/tasks.json")));
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read("package.json")));
    expect(tasks.length).toBeGreaterThan(4);
    for (const { script } of tasks) if (script !== undefined) expect(scripts).toHaveProperty([script]);
  });
});
