/** The key that signs local sessions: kept in the data folder, so that a restart signs nobody out. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const KEY_BYTES = 32;

/** Reads the key, or makes it; only the owner of the folder may read the file. */
export async function readSigningKey(dataDir: string): Promise<Uint8Array> {
  const path = join(dataDir, "session.key");
  try {
    const key = await readFile(path);
    if (key.length === KEY_BYTES) return key;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const key = randomBytes(KEY_BYTES);
  await mkdir(dataDir, { recursive: true });
  await writeFile(path, key, { mode: 0o600 });
  return key;
}
