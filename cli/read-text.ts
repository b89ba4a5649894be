/** A file that a person names, as text. */
import { readFile, stat } from "node:fs/promises";
import { CommandError, EXIT } from "./terminal.ts";

/** It is held in memory whole, because every line is checked before the first is sent. */
const LARGEST_FILE = 256 * 1024 * 1024;

/** Reads UTF-8; throws a CommandError that says what is wrong with the file. */
export async function readText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > LARGEST_FILE)
      throw new CommandError(EXIT.refused, `${file} is larger than 256 MB.`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof TypeError) throw new CommandError(EXIT.refused, `${file} is not UTF-8.`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.usage, `${file} cannot be read: ${reason}`, { cause: error });
  }
}
