/** `host.json`: what this runtime honours of it (https://learn.microsoft.com/azure/azure-functions/functions-host-json). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DEFAULT_FUNCTION_TIMEOUT_MS } from "./function-timeout.ts";
import { parseTimeSpan } from "./time-span.ts";

/** Milliseconds; null is `-1`, without limit. The least is a second (ScriptJobHostOptionsSetup.cs of azure-functions-host). */
const functionTimeoutSchema = z.string().transform((text, context): number | null => {
  if (text === "-1") return null;
  const ms = parseTimeSpan(text);
  if (ms !== null && ms >= 1000) return ms;
  context.addIssue(ms === null ? "must be hh:mm:ss or -1" : "must be at least 00:00:01");
  return z.NEVER;
});

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
  functionTimeout: functionTimeoutSchema.default(DEFAULT_FUNCTION_TIMEOUT_MS),
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
