/** OrderBell itself, built, in the local runtime and in this process, with storage of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect } from "vitest";
import type { HostLogEntry } from "../../local/host/host-log.ts";
import { type LocalRuntimeOptions, startLocalRuntime } from "../../local/start-local-runtime.ts";
import { createAppClient } from "./app-client.ts";
import { claimStorage } from "./claim-storage.ts";
import { ORGANIZATION_ID } from "./outbound-message.ts";

const NO_LOGIN = { SALESFORCE_LOGIN_URL: "", SALESFORCE_CLIENT_ID: "", SALESFORCE_CLIENT_SECRET: "" };

/**
 * Starts the app for one test file and stops it at its end. Every test fails on an error in the log that it did not
 * announce with `expectErrors`.
 */
export async function startApp(
  o: Pick<LocalRuntimeOptions, "platformAuth" | "settings" | "people" | "faults" | "keys"> = {},
) {
  const dataDir = mkdtempSync(join(tmpdir(), "orderbell-app-"));
  const storage = claimStorage();
  const errors: HostLogEntry[] = [];
  let expected: RegExp | undefined;
  const runtime = await startLocalRuntime({
    app: process.cwd(),
    port: 0,
    dataDir,
    salesforce: {
      organizationId: ORGANIZATION_ID,
      outboundMessages: "/api/salesforce/outbound-messages?code=local",
    },
    ...o,
    // Without a Salesforce login: what polling does of itself would disturb tests of other things.
    settings: { AzureWebJobsStorage: storage, ...NO_LOGIN, ...o.settings },
    log: (entry) => {
      if (entry.level === "error") errors.push(entry);
    },
  });
  afterEach(() => {
    const surprises = errors.splice(0).filter(({ message }) => !expected?.test(message));
    expected = undefined;
    expect(surprises).toEqual([]);
  });
  afterAll(async () => {
    await runtime.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    url: runtime.url,
    salesforce: runtime.salesforce,
    /** Connection string of the tables, for tests that ask what was written. */
    storage,
    ...createAppClient(runtime.url),
    /** Errors that match may appear in the log of the running test. */
    expectErrors(pattern: RegExp): void {
      expected = pattern;
    },
  };
}
