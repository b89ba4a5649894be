/** `local.settings.json`: the app settings of a local run (https://learn.microsoft.com/azure/azure-functions/functions-develop-local). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const localSettingsSchema = z.looseObject({
  IsEncrypted: z
    .literal(false, "encrypted settings cannot be read; run `func settings decrypt`")
    .default(false),
  Values: z
    .record(z.string().min(1), z.string("must be text; write numbers and booleans in quotes"))
    .default({}),
});

/** `local.settings.json` cannot be used; the message never holds a setting's value. */
export class AppSettingsError extends Error {
  override readonly name = "AppSettingsError";
}

/** Reads the `Values` of an app's `local.settings.json`; none where there is no such file, which an app may do without. */
export async function readAppSettings(appFolder: string): Promise<Record<string, string>> {
  const path = join(appFolder, "local.settings.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new AppSettingsError(`cannot read ${path}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text around the fault, and that text may be a secret.
    throw new AppSettingsError(`${path} is not valid JSON`);
  }
  const parsed = localSettingsSchema.safeParse(value);
  if (!parsed.success) throw new AppSettingsError(`${path} is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.Values;
}
