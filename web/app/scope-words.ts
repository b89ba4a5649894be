/** Scopes and reasons in words. */
import type { Reason, Rules } from "../client/api-schemas.ts";
import { toTransitionWords } from "./transition-words.ts";

/** What an administrator called each scope, by scope; a scope without a name is shown by its id. */
export type ScopeLabelMap = ReadonlyMap<string, string>;

/** `account:001…` as what it is and which one; `all` and fields have no id. */
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
  if (kind === "field") return { kind: `Orders whose ${toFieldWords(id)}`, id: "" };
  return {
    kind: kind === "owner" ? "Orders of owner" : `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
    id,
  };
}

/** What a scope is called in a list and, where that says too little, what it is. */
export function toScopeName(
  scope: string,
  label: string | null,
): { name: string; kind?: string; id?: string } {
  const { kind, id } = toScopeWords(scope);
  if (label !== null) return { name: label, kind };
  return id === "" ? { name: kind } : { name: kind, id };
}

/** Why someone got a notification, as a clause: "because you follow account Acme". */
export function toReasonWords({ scope, group }: Reason, labels: ScopeLabelMap): string {
  const what = toWhat(scope, labels.get(scope));
  return group === undefined ? `because you follow ${what}` : `because your group ${group} follows ${what}`;
}

/** What narrows a subscription, each as a phrase; nothing when it is for everything of its scope. */
export function toRuleWords(rules: Rules): string[] {
  const { transitions, statuses, minimumAmount, fieldEquals, priority, escalate } = rules;
  const words: string[] = [];
  if (transitions)
    words.push(`only ${toList(transitions.map((kind) => toTransitionWords(kind).toLowerCase()))}`);
  if (statuses) words.push(`status ${toList(statuses)}`);
  if (minimumAmount !== undefined) words.push(`amount at least ${minimumAmount}`);
  if (fieldEquals) words.push(...Object.entries(fieldEquals).map(([field, value]) => `${field} is ${value}`));
  if (priority === "high") words.push("high priority");
  if (escalate) {
    const { afterMinutes, group } = escalate;
    const unit = afterMinutes === 1 ? "minute" : "minutes";
    words.push(`tells ${group} when nobody has received it after ${afterMinutes} ${unit}`);
  }
  return words;
}

const list = new Intl.ListFormat("en-GB", { type: "disjunction" });

function toList(words: readonly string[]): string {
  return list.format(words);
}

/** `Region__c=EMEA` as "Region__c is EMEA". */
function toFieldWords(id: string): string {
  const equals = id.indexOf("=");
  return equals === -1 ? id : `${id.slice(0, equals)} is ${id.slice(equals + 1)}`;
}

function toWhat(scope: string, label: string | undefined): string {
  const { kind, id } = toScopeWords(scope);
  // A field with its value, beside a name that was given to it, would be too much of a clause.
  if (label !== undefined && scope.startsWith("field:")) return label;
  const which = label ?? id;
  return `${kind.charAt(0).toLowerCase()}${kind.slice(1)}${which && ` ${which}`}`;
}
