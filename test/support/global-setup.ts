/** What one test run shares: one Azurite in memory, with an account of its own for every test file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startAzurite } from "../../local/storage/start-azurite.ts";

declare module "vitest" {
  interface ProvidedContext {
    storage: { connectionString: string; accounts: string[]; claims: string };
  }
}

/** More than there are test files. */
const ACCOUNTS = Array.from({ length: 200 }, (_, index) => `test${index}`);

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const claims = mkdtempSync(join(tmpdir(), "orderbell-test-"));
  const log = (level: string, message: string) => {
    if (level !== "info") process.stderr.write(`${message}\n`);
  };
  const azurite = await startAzurite({ accounts: ACCOUNTS, log });
  project.provide("storage", { connectionString: azurite.connectionString, accounts: ACCOUNTS, claims });
  return async () => {
    await azurite.close();
    rmSync(claims, { recursive: true, force: true });
  };
}
