/** An access token of whoever the Azure CLI is signed in as. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError, EXIT } from "./terminal.ts";

const run = promisify(execFile);

/** az itself asks the network, and may start slowly. */
const TIMEOUT_MS = 60_000;

/**
 * Asks `az account get-access-token` for a token for `resource` (no shell syntax in it: see `--resource`).
 * https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
 */
export async function readAzureToken(resource: string): Promise<string> {
  const args = ["account", "get-access-token", "--resource", resource];
  try {
    // On Windows az is a batch file, which only a shell starts.
    const isWindows = process.platform === "win32";
    const options = { shell: isWindows, timeout: TIMEOUT_MS, windowsHide: true };
    const { stdout } = await run("az", [...args, "--query", "accessToken", "--output", "tsv"], options);
    if (stdout.trim() !== "") return stdout.trim();
  } catch (error) {
    const message = `az ${args.join(" ")} failed: ${toReason(error)}\nGive --token, or sign in with az login.`;
    throw new CommandError(EXIT.unreachable, message, { cause: error });
  }
  throw new CommandError(EXIT.unreachable, `az ${args.join(" ")} answered no token. Give --token.`);
}

/** What az said; its last line has the reason. */
function toReason(error: unknown): string {
  if (error instanceof Error && "stderr" in error && typeof error.stderr === "string") {
    const said = error.stderr.trim().split("\n").at(-1);
    if (said) return said;
  }
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return "az is not installed.";
  return error instanceof Error ? error.message : String(error);
}
