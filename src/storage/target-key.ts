/** Targets inside keys: `user:<id>` or `group:<id>`, the id in base64url. */
import type { Target } from "../domain/subscription.ts";
import { fromKey, toKey } from "./table.ts";

/** Spells a target as a row key. */
export function toTargetRowKey(target: Target): string {
  switch (target.kind) {
    case "user":
      return `user:${toKey(target.userId)}`;
    case "group":
      return `group:${toKey(target.group)}`;
  }
}

/** Reverses `toTargetRowKey`. */
export function fromTargetRowKey(rowKey: string): Target {
  const [kind, key = ""] = rowKey.split(":");
  return kind === "group" ? { kind, group: fromKey(key) } : { kind: "user", userId: fromKey(key) };
}
