/** How scopes, people, times and lists are said in a timeline; people and groups are named by their ids alone. */
import type { TransitionKind } from "../domain/transition.ts";
import type { Scope, Target } from "../domain/subscription.ts";

/** `2026-11-22T10:00:05.120Z` → `2026-11-22 10:00:05 UTC`. */
export function toTimeWords(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** An instant of a history (which may have seven decimals) as this house spells it; null when it is none. */
export function toInstant(text: string | null | undefined): string | null {
  const atMs = Date.parse(text ?? "");
  return Number.isNaN(atMs) ? null : new Date(atMs).toISOString();
}

/** `["a", "b", "c"]` → `a, b or c`. */
export function toListWords(words: readonly string[], conjunction: "and" | "or" = "and"): string {
  const last = words.at(-1) ?? "nothing";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}

/** `1 person`, `2 people`. */
export function toCountWords(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `ada`, or `the group sales`. */
export function toTargetWords(target: Target): string {
  return target.kind === "user" ? target.userId : `the group ${target.group}`;
}

/** As the first words of a sentence. */
export function toSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What follows "follows": `account 001…`. */
export function toScopeWords(scope: Scope): string {
  const [kind, value] = splitAt(scope, ":");
  switch (kind) {
    case "all":
      return "all orders";
    case "order":
      return `order ${value}`;
    case "account":
      return `account ${value}`;
    case "owner":
      return `the orders of owner ${value}`;
    default: {
      const [field, wanted] = splitAt(value, "=");
      return `orders whose ${toFieldWords(field)} is ${wanted}`;
    }
  }
}

const FIELD_WORDS: ReadonlyMap<string, string> = new Map([
  ["Status", "status"],
  ["StatusCode", "status category"],
  ["TotalAmount", "amount"],
  ["OwnerId", "owner"],
  ["AccountId", "account"],
  ["CreatedDate", "time of creation"],
  ["IsDeleted", "deletion"],
]);

/** What people call a field; one that has no everyday name is quoted as Salesforce spells it. */
export function toFieldWords(field: string): string {
  return FIELD_WORDS.get(field) ?? `field "${field}"`;
}

/** A kind of news as a noun: `an activation`. */
export function toKindWords(kind: TransitionKind): string {
  switch (kind) {
    case "created":
      return "a new order";
    case "activated":
      return "an activation";
    case "statusChanged":
      return "a change of status";
    case "amountChanged":
      return "a change of amount";
    case "ownerChanged":
      return "a change of owner";
    case "deleted":
      return "a deletion";
    case "changed":
      return "another change";
  }
}

const LONGEST_CAUSE = 300;

/**
 * The message of an error in one line: without the words that Durable puts before it, without its own repetition (Durable
 * joins reason and details), without a full stop and not too long.
 */
export function toCauseWords(cause: string): string {
  const lines = cause
    .replaceAll(/(Activity|Orchestrator) function '[^']*' failed:\s*/g, "")
    .split("\n")
    .map((line) =>
      line
        .replaceAll(/\s+/g, " ")
        .trim()
        .replace(/[.;]+$/, ""),
    );
  const text = [...new Set(lines)].filter((line) => line !== "").join("; ");
  if (text === "") return "no reason was recorded";
  // What zod throws is JSON; its places mean nothing to a reader of sentences.
  if (/^[[{]/.test(text)) return "something that was recorded did not have the shape that was expected";
  return text.length > LONGEST_CAUSE ? `${text.slice(0, LONGEST_CAUSE)}…` : text;
}

function splitAt(text: string, mark: string): [string, string] {
  const end = text.indexOf(mark);
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
}
