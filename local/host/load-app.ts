/**
 * Loads a Functions app the way the Node.js worker does: `main` of package.json is a glob of entry points; each is
 * imported (ESM) or required (CommonJS); then the appStart hooks run and registration closes.
 *
 * Source: `src/startApp.ts` and `src/loadScriptFile.ts` of Azure/azure-functions-nodejs-worker.
 */
import { readFile, realpath } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { glob } from "tinyglobby";
import { z } from "zod";
import type { ProgrammingModel } from "./core-api.ts";
import { installFunctionsCore, type FunctionsCore } from "./functions-core.ts";

/** The app cannot be loaded; the message names the file at fault. */
export class LoadAppError extends Error {
  override readonly name = "LoadAppError";
}

/** A loaded app: the core that holds its registrations, and the library it was written with. */
export interface LoadedApp {
  readonly core: FunctionsCore;
  readonly model: ProgrammingModel;
}

const packageJsonSchema = z.looseObject({
  main: z.string().min(1, "is empty"),
  type: z.enum(["module", "commonjs"]).default("commonjs"),
});

const require = createRequire(import.meta.url);

let current: { folder: string; app: Promise<LoadedApp> } | undefined;

/** Loads the app in this folder, or returns it when this process has loaded it already. */
export async function loadApp(appFolder: string, write: FunctionsCore["write"]): Promise<LoadedApp> {
  const folder = await realpath(appFolder).catch((error: unknown) => {
    throw new LoadAppError(`there is no folder ${appFolder}`, { cause: error });
  });
  if (current !== undefined && current.folder !== folder) {
    // @azure/functions remembers its core for the life of the process.
    throw new LoadAppError(
      `this process already runs the app in ${current.folder}; start another process for ${folder}`,
    );
  }
  current ??= { folder, app: loadFirst(folder, write) };
  const app = await current.app;
  app.core.write = write;
  return app;
}

async function loadFirst(folder: string, write: FunctionsCore["write"]): Promise<LoadedApp> {
  const core = installFunctionsCore();
  core.write = write;
  const packageJson = await readPackageJson(folder);
  for (const file of await findEntryPoints(folder, packageJson.main)) {
    try {
      await loadScriptFile(file, packageJson.type);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LoadAppError(`the entry point ${file} failed: ${reason}`, { cause: error });
    }
  }
  const { appHookData, appLevelHookData: hookData } = core;
  await core.runHooks("appStart", { hookData, appHookData, functionAppDirectory: folder });
  core.isLocked = true;
  const model = core.programmingModel;
  if (model === undefined) {
    throw new LoadAppError(`the app in ${folder} registered no function with @azure/functions 4`);
  }
  await refuseHttpStream(core, model);
  return { core, model };
}

async function readPackageJson(folder: string): Promise<z.infer<typeof packageJsonSchema>> {
  const path = join(folder, "package.json");
  try {
    return packageJsonSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new LoadAppError(`cannot use ${path}: ${reason}`, { cause: error });
  }
}

async function findEntryPoints(folder: string, pattern: string): Promise<string[]> {
  const files = await glob(pattern, {
    cwd: folder,
    absolute: true,
    onlyFiles: true,
    expandDirectories: false,
  });
  if (files.length === 0) {
    throw new LoadAppError(
      `no file matches "main": "${pattern}" of ${join(folder, "package.json")} (built yet?)`,
    );
  }
  return files.toSorted();
}

async function loadScriptFile(file: string, packageType: "module" | "commonjs"): Promise<void> {
  const isModule = file.endsWith(".mjs") || (packageType === "module" && !file.endsWith(".cjs"));
  if (isModule) await import(pathToFileURL(file).href);
  else require(file);
}

/** Closes `app.setup`; refuses an app that streams, before the library opens the port it would stream through. */
async function refuseHttpStream(core: FunctionsCore, model: ProgrammingModel): Promise<void> {
  const refusal =
    "HTTP streaming is not supported yet by the local runtime (remove enableHttpStream from app.setup)";
  if (core.wantsHttpStream) throw new LoadAppError(refusal);
  const capabilities = await model.getCapabilities({});
  if (capabilities["HttpUri"] !== undefined) throw new LoadAppError(refusal);
}
