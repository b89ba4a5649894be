/** The command `orderbell`, from its arguments to its exit code. */
import { openApi } from "./api.ts";
import { openAuditApi } from "./audit-api.ts";
import { runExport } from "./export-subscriptions.ts";
import { fetchFile } from "./fetch-file.ts";
import { runImport } from "./import-lines.ts";
import { type Command, readCommand } from "./read-command.ts";
import { readProposal } from "./read-proposal.ts";
import type { Target } from "./read-target.ts";
import { readText } from "./read-text.ts";
import { runAudit } from "./run-audit.ts";
import { runWhatIf } from "./run-what-if.ts";
import { CommandError, EXIT, type ExitCode, type Terminal } from "./terminal.ts";
import { USAGE } from "./usage.ts";
import { runVerify } from "./verify-evidence.ts";

/** Runs one command to its end; what goes wrong is said on `err`, never thrown. */
export async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await execute(readCommand(args, Date.now()), terminal);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    terminal.err.write(`${message.trimEnd()}\n`);
    return error instanceof CommandError ? error.exitCode : EXIT.refused;
  }
}

async function execute(command: Command, terminal: Terminal): Promise<ExitCode> {
  switch (command.kind) {
    case "help":
      terminal.out.write(USAGE);
      return EXIT.done;
    case "import": {
      const { of, target, file, format, isDryRun } = command;
      const text = await readText(file);
      await runImport(await openAsAdmin(target), { of, name: file, text, format, isDryRun }, terminal);
      return EXIT.done;
    }
    case "export":
      await runExport(await openAsAdmin(command.target), command.format, terminal);
      return EXIT.done;
    case "audit":
      return runAudit(await openAuditApi(command.target), command, terminal);
    case "fetch":
      await fetchFile(await openAuditApi(command.target), command, terminal);
      return EXIT.done;
    case "verify":
      return runVerify(command.files, { keyFile: command.keyFile }, terminal);
    case "whatIf": {
      const { target, from, to, isJson, proposal: given } = command;
      const proposal = given && {
        rows: readProposal(given.file, given.format, await readText(given.file)),
        replaceAll: given.replaceAll,
      };
      await runWhatIf(await openAuditApi(target), { from, to, proposal, isJson }, terminal);
      return EXIT.done;
    }
  }
}

function openAsAdmin({ url, signIn }: Target) {
  return openApi(url, signIn, "OrderBell.Admin");
}
