/**
 * Function keys: who may call an HTTP trigger of which auth level.
 *
 * Source: AuthenticationLevelHandler.cs and AuthUtility.cs of Azure/azure-functions-host: the header `x-functions-key`
 * counts before the query value `code`; the master key opens every level, any other key its own level alone. A function
 * and a host have any number of named keys (https://learn.microsoft.com/azure/azure-functions/function-keys-how-to).
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** One key, or several by name that are all valid: that is how a key is changed without a gap. */
export type NamedKeys = string | Readonly<Record<string, string>>;

/** The keys of a host. */
export interface HostKeys {
  /** Of every function with the level `function`. */
  readonly function: NamedKeys;
  /** Host keys, for the same level. */
  readonly host: NamedKeys;
  /** `_master`: the level `admin`, and every other. */
  readonly master: string;
  /** Of extensions, such as `durabletask_extension`. */
  readonly system: string;
}

/** Auth levels an HTTP trigger can ask for. */
export const authLevelSchema = z.enum(["anonymous", "function", "admin", "system"]);
export type AuthLevel = z.infer<typeof authLevelSchema>;

/** Says whether a request that brings this key (null: none) may call a function of this level. */
export function isAuthorized(level: AuthLevel, key: string | null, keys: HostKeys): boolean {
  switch (level) {
    case "anonymous":
      return true;
    case "function":
      return isOneOf(key, [...listKeys(keys.function), ...listKeys(keys.host), keys.master]);
    case "system":
      return isOneOf(key, [keys.system, keys.master]);
    case "admin":
      return isOneOf(key, [keys.master]);
  }
}

/** The key a request brings, or null. */
export function readKey(headers: Headers, query: URLSearchParams): string | null {
  return headers.get("x-functions-key") ?? query.get("code");
}

function listKeys(keys: NamedKeys): string[] {
  return typeof keys === "string" ? [keys] : Object.values(keys);
}

function isOneOf(key: string | null, accepted: readonly string[]): boolean {
  if (key === null || key === "") return false;
  // Every comparison runs to its end, so that timing tells nothing.
  return accepted.filter((known) => timingSafeEqual(digest(key), digest(known))).length > 0;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
