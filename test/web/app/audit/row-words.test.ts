import { describe, expect, it } from "vitest";
import { toRowFacts } from "../../../../web/app/audit/row-words.ts";
import { ACCOUNT } from "./audit-answers.ts";

const target = { kind: "user", userId: "ada" } as const;

describe("a row in words", () => {
  it("says what it follows and that it asks for everything", () => {
    expect(toRowFacts({ scope: "all", target, rules: { priority: "normal" } })).toEqual([
      { term: "Follows", value: "Every order" },
      { term: "Asks for", value: "everything" },
    ]);
  });

  it("says what narrows it, and what the person preferred then", () => {
    const facts = toRowFacts({
      scope: ACCOUNT,
      target,
      rules: { transitions: ["activated"], minimumAmount: "10000", priority: "normal" },
      preferences: {
        version: 7,
        isMuted: true,
        mutedTransitions: ["amountChanged"],
        quietUntil: "2026-11-23T06:00:00.000Z",
      },
    });
    expect(facts).toEqual([
      { term: "Follows", value: "Account 001000000000001AAA" },
      { term: "Asks for", value: "only activations; amount at least 10000" },
      {
        term: "Preferences then",
        value:
          "muted this scope; muted changes of amount; in quiet hours until 2026-11-23 06:00:00 UTC (version 7)",
      },
    ]);
  });
});
