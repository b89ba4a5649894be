/** A storage account that no other test file uses. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

/** Answers the connection string of an empty account of the shared Azurite. */
export function claimStorage(): string {
  const { connectionString, accounts, claims } = inject("storage");
  const account = accounts.find((name) => tryClaim(join(claims, name)));
  if (account === undefined) throw new Error("Every account is taken; give the run more of them.");
  return connectionString.replaceAll(String(accounts[0]), account);
}

/** Creating a folder is atomic across the processes of a run. */
function tryClaim(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
