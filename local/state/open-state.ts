/** The runtime's own crash-safe store: one LMDB environment, one named database per owner. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";

/** Opens (and creates) the store below `dataDir`; the caller closes it with `close()`. */
export function openState(dataDir: string): RootDatabase {
  mkdirSync(dataDir, { recursive: true });
  return open({ path: join(dataDir, "state"), maxDbs: 32, compression: false });
}
