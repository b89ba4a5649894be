/** A copy of what the checks read, in which something can be made wrong. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./resource-types-folder.ts";

const READ = [
  "infra",
  "src/storage",
  "src/functions",
  "azure.yaml",
  "host.json",
  "auth.json",
  "local.settings.sample.json",
];

/** Where something is put instead of something else; `text` must be there, once. */
export type Fault = { file: string; text: string; instead: string };

/** The folder of a copy; `remove` deletes it. */
export type Copy = { root: string; remove: () => void };

/** Copies what is read. */
export function copyInfra(): Copy {
  const root = mkdtempSync(join(tmpdir(), "orderbell-infra-"));
  for (const path of READ) cpSync(join(ROOT, path), join(root, path), { recursive: true });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Plants a fault in the copy while `look` runs, which is told its place as `file:line`. */
export function withFault<Result>(
  { root }: Copy,
  { file, text, instead }: Fault,
  look: (place: string) => Result,
): Result {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  const [start = "", ...rest] = before.split(text);
  if (rest.length !== 1) throw new Error(`"${text}" stands ${rest.length} times in ${file}`);
  writeFileSync(
    path,
    before.replace(text, () => instead),
  );
  try {
    return look(`${file}:${start.split("\n").length}`);
  } finally {
    writeFileSync(path, before);
  }
}
