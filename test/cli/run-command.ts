/** Runs the command line in this process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { run } from "../../cli/run.ts";

/** What a command left behind: its exit code and all that it wrote. */
export type Outcome = { exitCode: number; out: string; err: string };

/** Runs `orderbell` with these arguments; with `isTTY` as if a person were watching. */
export async function runCommand(args: string[], { isTTY = false } = {}): Promise<Outcome> {
  const written = { out: "", err: "" };
  const exitCode = await run(args, {
    out: { write: (text) => (written.out += text), isTTY },
    err: { write: (text) => (written.err += text), isTTY },
  });
  return { exitCode, ...written };
}

/** A folder for the files of one test file. */
export function createFileWriter(): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), "orderbell-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}
