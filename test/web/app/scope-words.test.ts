import { expect, it } from "vitest";
import { toReasonWords, toRuleWords, toScopeName, toScopeWords } from "../../../web/app/scope-words.ts";

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

it("says a field and its value, however the value is written", () => {
  expect(toScopeWords("field:Region__c=EMEA")).toEqual({ kind: "Orders whose Region__c is EMEA", id: "" });
  expect(toScopeName("field:Note__c=a=b: c", null)).toEqual({ name: "Orders whose Note__c is a=b: c" });
  expect(toReasonWords({ scope: "field:Region__c=EMEA" }, new Map())).toBe(
    "because you follow orders whose Region__c is EMEA",
  );
  expect(
    toReasonWords({ scope: "field:Region__c=EMEA" }, new Map([["field:Region__c=EMEA", "Europe"]])),
  ).toBe("because you follow Europe");
});

it("names a scope by its label, and says below what it is", () => {
  expect(toScopeName(ACCOUNT, "Acme")).toEqual({ name: "Acme", kind: "Account" });
  expect(toScopeName(ACCOUNT, null)).toEqual({ name: "Account", id: "001000000000001AAA" });
  expect(toScopeName("owner:005000000000001AAA", null)).toEqual({
    name: "Orders of owner",
    id: "005000000000001AAA",
  });
});

it("says every rule that narrows a subscription", () => {
  expect(toRuleWords({ priority: "normal" })).toEqual([]);
  expect(
    toRuleWords({
      transitions: ["created", "activated", "teleported"],
      statuses: ["Draft", "Activated"],
      minimumAmount: "99.5",
      fieldEquals: { Region__c: "EMEA" },
      priority: "high",
      escalate: { afterMinutes: 1, group: "leads" },
    }),
  ).toEqual([
    "only new orders, activations or teleported",
    "status Draft or Activated",
    "amount at least 99.5",
    "Region__c is EMEA",
    "high priority",
    "tells leads when nobody has received it after 1 minute",
  ]);
});
