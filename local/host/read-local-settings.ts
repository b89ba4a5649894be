/** `local.settings.json`: how an app is run locally (https://learn.microsoft.com/azure/azure-functions/functions-develop-local). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { CorsPolicy } from "./cors.ts";

const localSettingsSchema = z.looseObject({
  IsEncrypted: z
    .literal(false, "encrypted settings cannot be read; run `func settings decrypt`")
    .default(false),
  Values: z
    .record(z.string().min(1), z.string("must be text; write numbers and booleans in quotes"))
    .default({}),
  Host: z
    .looseObject({
      CORS: z.string().default(""),
      CORSCredentials: z
        .union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })])
        .default(false),
    })
    .prefault({}),
});

/** What `local.settings.json` says. */
export interface LocalSettings {
  /** The app settings. */
  readonly values: Readonly<Record<string, string>>;
  readonly cors: CorsPolicy;
}

/** `local.settings.json` cannot be used; the message never holds a setting's value. */
export class AppSettingsError extends Error {
  override readonly name = "AppSettingsError";
}

/** Reads an app's `local.settings.json`; where there is no such file, which an app may do without, nothing is set. */
export async function readLocalSettings(appFolder: string): Promise<LocalSettings> {
  const path = join(appFolder, "local.settings.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) {
      throw new AppSettingsError(`cannot read ${path}`, { cause: error });
    }
    text = "{}";
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
  const { Values, Host } = parsed.data;
  const cors = { origins: splitOrigins(Host.CORS), credentials: Host.CORSCredentials };
  if (cors.credentials && cors.origins.includes("*")) {
    // ASP.NET refuses it, and so the Functions tools do not start.
    throw new AppSettingsError(`${path}: Host.CORS cannot be "*" with CORSCredentials; name the origins`);
  }
  return { values: Values, cors };
}

function splitOrigins(text: string): string[] {
  return text
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "");
}

/** An environment variable wins over local.settings.json, as with the Functions tools. */
export function preferEnvironment(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, process.env[name] ?? value]),
  );
}
