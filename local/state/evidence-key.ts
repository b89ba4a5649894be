/** The key that signs evidence on this machine: made once and kept in the data folder, so that a restart changes nothing. */
import { generateKeyPairSync } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Reads the key (P-256, PKCS#8 PEM), or makes it; only the owner of the folder may read the file. */
export async function readEvidenceKey(dataDir: string): Promise<string> {
  const path = join(dataDir, "evidence-key.pem");
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await mkdir(dataDir, { recursive: true });
  await writeFile(path, pem, { mode: 0o600, flag: "wx" });
  return pem;
}
