import { expect, it } from "vitest";
import { toReasonWords, toScopeWords } from "../../../web/app/scope-words.ts";

const ACCOUNT = "account:001000000000001AAA";
const labels = new Map([[ACCOUNT, "Acme"]]);

it("says what a scope is and which one", () => {
  expect(toScopeWords(ACCOUNT)).toEqual({ kind: "Account", id: "001000000000001AAA" });
  expect(toScopeWords("all")).toEqual({ kind: "Every order", id: "" });
});

it("says why someone got a notification, by the name that an administrator gave", () => {
  expect(toReasonWords({ scope: ACCOUNT }, labels)).toBe("because you follow account Acme");
  expect(toReasonWords({ scope: "order:801000000000001AAA" }, labels)).toBe(
    "because you follow order 801000000000001AAA",
  );
  expect(toReasonWords({ scope: "all", group: "sales" }, labels)).toBe(
    "because your group sales follows every order",
  );
});
