/** The row of a subscription in words: what its owner asked for. */
import type { Subscription } from "../../../src/domain/subscription.ts";
import { toRuleWords, toScopeWords } from "../scope-words.ts";
import { toTransitionWords } from "../transition-words.ts";
import { toUtcTime } from "./utc-words.ts";

/** "Account 001…"; what it is, and which one. */
export function toScopeText(scope: string): string {
  const { kind, id } = toScopeWords(scope);
  return id === "" ? kind : `${kind} ${id}`;
}

/** What the row says, each as a term and its value. */
export function toRowFacts({ scope, rules, preferences }: Subscription): { term: string; value: string }[] {
  const words = toRuleWords(rules);
  const facts = [
    { term: "Follows", value: toScopeText(scope) },
    { term: "Asks for", value: words.length === 0 ? "everything" : words.join("; ") },
  ];
  if (!preferences) return facts;
  const { version, isMuted, mutedTransitions = [], quietUntil } = preferences;
  const wishes = [
    ...(isMuted ? ["muted this scope"] : []),
    ...(mutedTransitions.length > 0
      ? [`muted ${mutedTransitions.map((kind) => toTransitionWords(kind).toLowerCase()).join(", ")}`]
      : []),
    ...(quietUntil === undefined ? [] : [`in quiet hours until ${toUtcTime(quietUntil)}`]),
  ];
  const value = `${wishes.length === 0 ? "nothing muted" : wishes.join("; ")} (version ${version})`;
  return [...facts, { term: "Preferences then", value }];
}
