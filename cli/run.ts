/** The command `orderbell`, from its arguments to its exit code. */
import { readFile, stat } from "node:fs/promises";
import { openApi } from "./api.ts";
import { runExport } from "./export-subscriptions.ts";
import { runImport } from "./import-subscriptions.ts";
import { type Command, readCommand, USAGE } from "./read-command.ts";
import { CommandError, EXIT, type ExitCode, type Terminal } from "./terminal.ts";

/** Runs one command to its end; what goes wrong is said on `err`, never thrown. */
export async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await execute(readCommand(args), terminal);
    return EXIT.done;
  } catch (error) {
    const message = error instanceof CommandError ? error.message : toText(error);
    terminal.err.write(`${message.trimEnd()}\n`);
    return error instanceof CommandError ? error.exitCode : EXIT.refused;
  }
}

async function execute(command: Command, terminal: Terminal): Promise<void> {
  switch (command.kind) {
    case "help":
      terminal.out.write(USAGE);
      return;
    case "import": {
      const { target, file, format, isDryRun } = command;
      const text = await readText(file);
      const api = await openApi(target.url, target.signIn);
      return runImport(api, { name: file, text, format, isDryRun }, terminal);
    }
    case "export":
      return runExport(await openApi(command.target.url, command.target.signIn), command.format, terminal);
  }
}

/** It is held in memory whole, because every line is checked before the first is sent. */
const LARGEST_FILE = 256 * 1024 * 1024;

async function readText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > LARGEST_FILE)
      throw new CommandError(EXIT.refused, `${file} is larger than 256 MB.`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof TypeError) throw new CommandError(EXIT.refused, `${file} is not UTF-8.`);
    throw new CommandError(EXIT.usage, `${file} cannot be read: ${toText(error)}`, { cause: error });
  }
}

function toText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
