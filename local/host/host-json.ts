/** `host.json`: what this runtime honours of it (https://learn.microsoft.com/azure/azure-functions/functions-host-json). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** `hh:mm:ss`, days may lead (`1.00:00:00`); `-1` means without limit. */
const timeSpanSchema = z
  .string()
  .regex(/^(-1|(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d{1,7})?)$/, "must be hh:mm:ss or -1");

const httpSchema = z.looseObject({ routePrefix: z.string().default("api") });

const durableTaskSchema = z.looseObject({
  hubName: z.string().min(1).exactOptional(),
  storeInputsInOrchestrationHistory: z.boolean().default(false),
  overridableExistingInstanceStates: z.enum(["NonRunningStates", "AnyState"]).default("NonRunningStates"),
  maxConcurrentActivityFunctions: z.int().positive().exactOptional(),
  maxConcurrentOrchestratorFunctions: z.int().positive().exactOptional(),
});

const hostJsonSchema = z.looseObject({
  version: z.literal("2.0"),
  functionTimeout: timeSpanSchema.optional(),
  extensions: z
    .looseObject({ http: httpSchema.prefault({}), durableTask: durableTaskSchema.prefault({}) })
    .prefault({}),
});

/** The settings of `host.json`, defaults filled in; unknown ones are kept as they were written. */
export type HostJson = z.infer<typeof hostJsonSchema>;

/** `host.json` is missing, is not JSON, or holds values the host would refuse. */
export class HostJsonError extends Error {
  override readonly name = "HostJsonError";
}

/** Parses the text of a `host.json`. */
export function parseHostJson(text: string): HostJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HostJsonError("host.json is not valid JSON", { cause: error });
  }
  const parsed = hostJsonSchema.safeParse(value);
  if (!parsed.success) throw new HostJsonError(`host.json is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Reads `host.json` from the root of a Functions app. */
export async function readHostJson(appFolder: string): Promise<HostJson> {
  const path = join(appFolder, "host.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new HostJsonError(`cannot read ${path}`, { cause: error });
  }
  return parseHostJson(text);
}
