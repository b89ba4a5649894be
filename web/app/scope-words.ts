/** Scopes and reasons in words. */
import type { Reason } from "../client/api-schemas.ts";

/** What an administrator called each scope, by scope; a scope without a name is shown by its id. */
export type ScopeLabelMap = ReadonlyMap<string, string>;

/** `account:001…` as what it is and which one; `all` has no id. */
export interface ScopeWords {
  readonly kind: string;
  readonly id: string;
}

/** Splits a scope into words for a list. */
export function toScopeWords(scope: string): ScopeWords {
  const colon = scope.indexOf(":");
  if (colon === -1) return { kind: scope === "all" ? "Every order" : scope, id: "" };
  const kind = scope.slice(0, colon);
  const id = scope.slice(colon + 1);
  return {
    kind: kind === "owner" ? "Orders of owner" : `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
    id,
  };
}

/** Why someone got a notification, as a clause: "because you follow account Acme". */
export function toReasonWords({ scope, group }: Reason, labels: ScopeLabelMap): string {
  const { kind, id } = toScopeWords(scope);
  const which = labels.get(scope) ?? id;
  const what = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}${which && ` ${which}`}`;
  return group === undefined ? `because you follow ${what}` : `because your group ${group} follows ${what}`;
}
