/** `orderbell audit evidence` and `orderbell audit keys`: what the app has for outsiders, byte for byte as it is. */
import { writeFile } from "node:fs/promises";
import { toSha256 } from "../src/domain/sha256.ts";
import type { Api } from "./api.ts";
import { CommandError, EXIT, type Terminal } from "./terminal.ts";

/** Prints what stands at `path`, or writes a new file; one that is there already is left as it is. */
export async function fetchFile(
  api: Api,
  { path, out: file }: { path: string; out: string | undefined },
  { out, err }: Terminal,
): Promise<void> {
  const { text } = await api.call("GET", path);
  if (file === undefined) {
    out.write(text);
    return;
  }
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.usage, `${file} cannot be written: ${reason}`, { cause: error });
  }
  err.write(`Wrote ${file}: ${Buffer.byteLength(text)} bytes, SHA-256 ${toSha256(text)}.\n`);
}
