/**
 * Starts Azurite (the Azure Storage emulator from npm), its tables and blobs, on free loopback ports. The real
 * work, and what can be lost when, is in azurite-child.mjs.
 */
import { fork, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const START_WITHIN_MS = 30_000;
const CLOSE_WITHIN_MS = 15_000;

/** Azurite's documented, public key; the emulator signs with it on every machine, so it protects nothing. */
const WELL_KNOWN_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const WELL_KNOWN_ACCOUNT = "devstoreaccount1";

/** Running table and blob services. */
export interface Azurite {
  /** For the first account. */
  readonly connectionString: string;
  /** For any account named at the start; accounts share nothing. */
  connectionStringFor(account: string): string;
  /** Saves every row and blob and waits until the process is gone. */
  close(): Promise<void>;
}

/** What `startAzurite` needs. */
export interface AzuriteOptions {
  /** Where rows are kept; left out, they live in memory and die with the process. */
  readonly dataDir?: string;
  /** Account names, 3 to 24 lower-case letters and digits; `devstoreaccount1` when left out. */
  readonly accounts?: readonly string[];
  /** Called when the process ends although `close` was not called. */
  readonly onDied?: ((error: AzuriteDiedError) => void) | undefined;
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
}

/** Azurite ended although nobody asked it to: there is no storage any more. */
export class AzuriteDiedError extends Error {
  override readonly name = "AzuriteDiedError";
  constructor(how: string) {
    super(`Azurite stopped by itself (${how}); without tables the app cannot go on.`);
  }
}

/** Azurite did not become ready; the message says why. */
export class AzuriteStartError extends Error {
  override readonly name = "AzuriteStartError";
}

const accountName = z.string().regex(/^[a-z0-9]{3,24}$/);
const accountNames = z.tuple([accountName], accountName);

const childMessage = z.union([
  z.object({ waitingFor: z.number() }),
  z.object({ port: z.number(), blobPort: z.number() }),
  z.object({ failed: z.string() }),
  z.object({ saveFailed: z.string() }),
]);

/** Starts Azurite and resolves when it answers; waits for a predecessor on the same folder that is still saving. */
export async function startAzurite(options: AzuriteOptions): Promise<Azurite> {
  const { log, dataDir = "" } = options;
  const accounts = accountNames.parse(options.accounts ?? [WELL_KNOWN_ACCOUNT]);
  const began = performance.now();
  const child = forkChild(dataDir, accounts);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let closing = false;

  const { port, blobPort } = await untilReady(child, log);
  const tookMs = Math.round(performance.now() - began);
  log("info", `Azurite is ready after ${tookMs} ms: tables on port ${port}, blobs on port ${blobPort}.`);
  child.once("exit", (code, signal) => {
    if (closing) return;
    const error = new AzuriteDiedError(signal ?? `exit code ${code}`);
    log("error", error.message);
    options.onDied?.(error);
  });

  const connectionStringFor = (account: string): string => {
    if (!accounts.includes(account))
      throw new RangeError(`Azurite was started without an account ${account}.`);
    return [
      "DefaultEndpointsProtocol=http",
      `AccountName=${account}`,
      `AccountKey=${WELL_KNOWN_KEY}`,
      `BlobEndpoint=http://127.0.0.1:${blobPort}/${account}`,
      `TableEndpoint=http://127.0.0.1:${port}/${account};`,
    ].join(";");
  };
  return {
    connectionString: connectionStringFor(accounts[0]),
    connectionStringFor,
    async close() {
      closing = true;
      if (child.connected) child.send("close", () => undefined);
      const timer = setTimeout(() => {
        log("error", `Azurite did not close within ${CLOSE_WITHIN_MS / 1000} s and is killed.`);
        child.kill("SIGKILL");
      }, CLOSE_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function forkChild(dataDir: string, accounts: readonly string[]): ChildProcess {
  let output: number | "ignore" = "ignore";
  if (dataDir !== "") {
    mkdirSync(dataDir, { recursive: true });
    // A file, not a pipe: the child must be able to write when its parent is gone.
    output = openSync(join(dataDir, "azurite.log"), "a");
  }
  try {
    return fork(fileURLToPath(new URL("./azurite-child.mjs", import.meta.url)), [dataDir], {
      detached: true, // its own process group: a Ctrl-C or a kill of ours must not reach it before it has saved
      execArgv: [],
      stdio: ["ignore", output, output, "ipc"],
      env: {
        ...process.env,
        AZURITE_ACCOUNTS: accounts.map((name) => `${name}:${WELL_KNOWN_KEY}`).join(";"),
      },
    });
  } finally {
    if (output !== "ignore") closeSync(output);
  }
}

function untilReady(
  child: ChildProcess,
  log: AzuriteOptions["log"],
): Promise<{ port: number; blobPort: number }> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new AzuriteStartError(`Azurite did not start. ${reason}`));
    };
    const ended = (code: number | null, signal: string | null): void =>
      fail(`Its process ended (${signal ?? `exit code ${code}`}).`);
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`It was not ready after ${START_WITHIN_MS / 1000} s.`);
    }, START_WITHIN_MS);
    child.on("error", (error) => fail(error.message)); // after the start this changes nothing
    child.once("exit", ended);
    child.on("message", (raw) => {
      const message = childMessage.parse(raw);
      if ("waitingFor" in message) {
        log("info", `Waiting for process ${message.waitingFor} to finish with the same data folder.`);
      } else if ("saveFailed" in message) {
        log("error", `Azurite could not save its rows: ${message.saveFailed}`);
      } else if ("failed" in message) {
        fail(message.failed);
      } else {
        clearTimeout(timer);
        child.off("exit", ended);
        resolve(message);
      }
    });
  });
}
