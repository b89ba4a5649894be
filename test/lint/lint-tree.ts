/** Lints sources as if they stood in this repository, with its real rules, in a tree that is thrown away. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";

const repository = resolve(import.meta.dirname, "../..");

const reportSchema = z.object({
  diagnostics: z.array(
    z.object({
      code: z.string().default("syntax"),
      message: z.string(),
      help: z.string().optional(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.number() }) })),
    }),
  ),
});

/** One thing oxlint found: `rule` as `no-console` or `orderbell/no-clock`, `message` what it said. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** Lints `sources` (path below the repository to source text) in one run of oxlint. */
export async function lintTree(sources: ReadonlyMap<string, string>): Promise<Finding[]> {
  const tree = await mkdtemp(join(tmpdir(), "orderbell-lint-"));
  try {
    for (const part of [".oxlintrc.json", "tsconfig.json", "scripts/lint"]) {
      await cp(join(repository, part), join(tree, part), { recursive: true });
    }
    await symlink(join(repository, "node_modules"), join(tree, "node_modules"), "junction");
    for (const [file, source] of sources) {
      await mkdir(dirname(join(tree, file)), { recursive: true });
      await writeFile(join(tree, file), source);
    }
    return reportSchema.parse(JSON.parse(await runOxlint(tree))).diagnostics.map((diagnostic) => ({
      file: diagnostic.filename.replaceAll("\\", "/"),
      line: diagnostic.labels[0]?.span.line ?? 0,
      rule: diagnostic.code.replace(/^eslint\((.*)\)$/, "$1").replace(/^(.*)\((.*)\)$/, "$1/$2"),
      message: `${diagnostic.message} ${diagnostic.help ?? ""}`,
    }));
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

/** Resolves with what oxlint printed; findings make it exit with 1, a broken configuration prints no JSON. */
function runOxlint(tree: string): Promise<string> {
  const command = join(repository, "node_modules/oxlint/bin/oxlint");
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      [command, "--format", "json", "src", "web", "local", "cli"],
      { cwd: tree, maxBuffer: 16 * 1024 * 1024, timeout: 60_000 },
      (error, stdout, stderr) => {
        if (stdout.includes('"diagnostics"')) done(stdout);
        else fail(new Error(`oxlint did not lint: ${stdout}${stderr}`, { cause: error }));
      },
    );
  });
}
