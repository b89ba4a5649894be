/** Kinds of news in words. */
import "../client/parse-without-eval.ts";
import { type TransitionKind, transitionKindSchema } from "../../src/domain/transition.ts";

const WORDS: Readonly<Record<TransitionKind, string>> = {
  created: "New orders",
  activated: "Activations",
  statusChanged: "Changes of status",
  amountChanged: "Changes of amount",
  ownerChanged: "Changes of owner",
  deleted: "Deletions",
  changed: "Other changes",
};

/** Every kind of news that this page knows. */
export const TRANSITION_KINDS: readonly string[] = transitionKindSchema.options;

/** "Changes of status"; a kind that is newer than this page is called what the server calls it. */
export function toTransitionWords(kind: string): string {
  const known = transitionKindSchema.safeParse(kind);
  return known.success ? WORDS[known.data] : kind;
}
