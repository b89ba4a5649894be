/** Scopes inside keys: a field's value may hold what a key may not (`/ \ # ?`), so it stands there in base64url. */
import { type Scope, scopeSchema } from "../domain/subscription.ts";
import { fromKey, toKey } from "./table.ts";

/** Spells a scope as a key; all but field scopes stay as they are. */
export function toScopeKey(scope: Scope): string {
  const [name, value] = splitField(scope);
  return value === undefined ? scope : `${name}=${toKey(value)}`;
}

/** Reverses `toScopeKey`. */
export function fromScopeKey(key: string): Scope {
  const [name, value] = splitField(key);
  return scopeSchema.parse(value === undefined ? key : `${name}=${fromKey(value)}`);
}

function splitField(text: string): [name: string, value: string | undefined] {
  const end = text.startsWith("field:") ? text.indexOf("=") : -1;
  return end < 0 ? [text, undefined] : [text.slice(0, end), text.slice(end + 1)];
}
