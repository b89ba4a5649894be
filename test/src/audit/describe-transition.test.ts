import { describe, expect, it } from "vitest";
import { describeSource, describeTransition } from "../../../src/audit/describe-transition.ts";
import { toCauseWords, toScopeWords } from "../../../src/audit/timeline-words.ts";
import type { News, Transition } from "../../../src/domain/transition.ts";
import { createOrderChange, ORDER_ID } from "../../support/order-change.ts";

const news = (o: Partial<News>): News => ({
  outcome: "news",
  kinds: ["changed"],
  changes: [],
  before: "known",
  uncertain: false,
  ...o,
});
const change = createOrderChange();
const AT = "2026-11-22T10:00:00.000Z";

describe("a transition in words", () => {
  it.each<[Transition, string]>([
    [news({ kinds: ["created"], before: "none" }), "The order was created: status Draft, amount 1100."],
    [
      news({
        kinds: ["activated", "statusChanged", "amountChanged"],
        changes: [
          { field: "Status", from: "Draft", to: "Activated" },
          { field: "StatusCode", from: "Draft", to: "Activated" },
          { field: "TotalAmount", from: null, to: "1100" },
        ],
      }),
      "The order was activated. The status went from Draft to Activated and the amount went from none to 1100.",
    ],
    [
      news({ changes: [{ field: "EndDate", from: "2026-01-01", to: null }] }),
      'The field "EndDate" went from 2026-01-01 to none.',
    ],
    [
      news({ kinds: ["deleted"], changes: [{ field: "IsDeleted", from: null, to: "true" }] }),
      "The order was deleted.",
    ],
    [news({ changes: [{ field: "IsDeleted", from: "true", to: null }] }), "The order was restored."],
    [
      news({ before: "unknown" }),
      "The order has changed. What it was before is not known, because no earlier version of it had come in; now it has status Draft, amount 1100.",
    ],
    [
      { outcome: "silent", reason: "unchanged" },
      "Nobody was told: nothing that is watched differs from the last known version of the order.",
    ],
    [
      { outcome: "silent", reason: "stale" },
      "Nobody was told: a later version of the order was known already.",
    ],
    [
      { outcome: "silent", reason: "firstSeen" },
      "Nobody was told: this is the first that was seen of an older order, so what is new about it is not known.",
    ],
  ])("%#", (transition, words) => {
    expect(describeTransition(transition, change)).toBe(words);
  });

  it("says that it is uncertain", () => {
    const transition = news({ changes: [{ field: "Status", from: "A", to: "B" }], uncertain: true });
    expect(describeTransition(transition, change)).toMatch(/same time stamp, .* taken as they arrived\.$/);
  });

  it("of an order that was deleted before anybody heard of it says that", () => {
    const deleted = createOrderChange({ core: { IsDeleted: "true" } });
    expect(describeTransition({ outcome: "silent", reason: "firstSeen" }, deleted)).toContain(
      "was deleted before",
    );
  });
});

describe("a source in words", () => {
  it("names the route", () => {
    const told = (route: "poll" | "reconciliation") => describeSource(createOrderChange({ route }), AT);
    const version = `order ${ORDER_ID} as it was last modified at 2026-11-22 10:00:00 UTC`;
    expect(told("poll")).toBe(`At 2026-11-22 10:00:00 UTC, polling Salesforce found ${version}.`);
    expect(told("reconciliation")).toContain("the nightly reconciliation with Salesforce found");
    expect(describeSource(change, null)).toBe(`An outbound message from Salesforce brought ${version}.`);
  });
});

describe("words", () => {
  it.each([
    ["all", "all orders"],
    ["order:801000000000001AAA", "order 801000000000001AAA"],
    ["account:001000000000001AAA", "account 001000000000001AAA"],
    ["owner:005000000000001AAA", "the orders of owner 005000000000001AAA"],
    ["field:Region__c=EMEA=1:2", 'orders whose field "Region__c" is EMEA=1:2'],
  ])("for the scope %s", (scope, words) => {
    expect(toScopeWords(scope)).toBe(words);
  });

  it.each([
    ["Activity function 'deliverBatch' failed: It broke. \n It broke.", "It broke"],
    ["  ", "no reason was recorded"],
    ['[{"code":"invalid_type"}]', "something that was recorded did not have the shape that was expected"],
    ["x".repeat(400), `${"x".repeat(300)}…`],
  ])("for the cause %#", (cause, words) => {
    expect(toCauseWords(cause)).toBe(words);
  });
});
