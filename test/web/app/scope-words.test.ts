import { expect, it } from "vitest";
import { toReasonWords, toScopeWords } from "../../../web/app/scope-words.ts";

it("says what a scope is and which one", () => {
  expect(toScopeWords("account:001000000000001AAA")).toEqual({ kind: "Account", id: "001000000000001AAA" });
  expect(toScopeWords("all")).toEqual({ kind: "Every order", id: "" });
});

it("says why someone got a notification", () => {
  expect(toReasonWords({ scope: "order:801000000000001AAA" })).toBe(
    "because you follow order 801000000000001AAA",
  );
  expect(toReasonWords({ scope: "all", group: "sales" })).toBe(
    "because your group sales follows every order",
  );
});
