import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAudience, toTargetKey } from "../../../src/domain/audience.ts";
import {
  type Subscription,
  type SubscriptionRules,
  type Target,
  toScopes,
} from "../../../src/domain/subscription.ts";
import type { News } from "../../../src/domain/transition.ts";
import { ACCOUNT_ID, createOrderChange, ORDER_ID, OWNER_ID } from "../../support/order-change.ts";

const change = createOrderChange();
const news: News = {
  outcome: "news",
  kinds: ["amountChanged"],
  changes: [],
  before: "known",
  uncertain: false,
};
const ada: Target = { kind: "user", userId: "ada" };
const follow = (target: Target, scope = "all", rules: Partial<SubscriptionRules> = {}): Subscription => ({
  scope,
  target,
  rules: { priority: "normal", ...rules },
});

describe("decideAudience", () => {
  it("notifies a person once, however many of their subscriptions match, and names them all", () => {
    const account = `account:${ACCOUNT_ID}`;
    const { recipients } = decideAudience(change, news, [
      follow(ada),
      follow(ada, account, { priority: "high" }),
    ]);
    expect(recipients).toEqual([
      { target: ada, priority: "high", reasons: [{ scope: "all" }, { scope: account }] },
    ]);
  });

  it("names the group that a notification came through", () => {
    const { recipients } = decideAudience(change, news, [follow({ kind: "group", group: "sales" })]);
    expect(recipients).toMatchObject([{ reasons: [{ scope: "all", group: "sales" }] }]);
  });

  it.each([
    ["transitions", { transitions: ["created"] }],
    ["statuses", { statuses: ["Activated"] }],
    ["minimumAmount", { minimumAmount: "1100.01" }],
  ] satisfies [string, Partial<SubscriptionRules>][])("excludes by %s and says so", (rule, rules) => {
    const { recipients, exclusions } = decideAudience(change, news, [follow(ada, "all", rules)]);
    expect(recipients).toEqual([]);
    expect(exclusions).toEqual([{ target: ada, causes: [{ scope: "all", rule }] }]);
  });

  it("lets an order without an amount reach nobody who asked for a minimum", () => {
    const noAmount = createOrderChange({ core: { TotalAmount: null } });
    const { exclusions } = decideAudience(noAmount, news, [follow(ada, "all", { minimumAmount: "0" })]);
    expect(exclusions).toHaveLength(1);
  });

  it("compares amounts exactly where a float could not", () => {
    const exact = createOrderChange({ core: { TotalAmount: "9007199254740993" } });
    const { recipients } = decideAudience(exact, news, [
      follow(ada, "all", { minimumAmount: "9007199254740992.5" }),
    ]);
    expect(recipients).toHaveLength(1);
  });

  it("puts every target into exactly one of recipients and exclusions", () => {
    const target = fc.oneof(
      fc.record({ kind: fc.constant("user" as const), userId: fc.constantFrom("a", "b", "c") }),
      fc.record({ kind: fc.constant("group" as const), group: fc.constantFrom("a", "b") }),
    );
    const rules = fc.record({
      priority: fc.constantFrom("normal" as const, "high" as const),
      statuses: fc.constantFrom("Draft", "Other").map((status) => [status]),
    });
    const rows = fc.array(fc.record({ scope: fc.constantFrom(...toScopes(change)), target, rules }));
    fc.assert(
      fc.property(rows, (subscriptions) => {
        const { recipients, exclusions } = decideAudience(change, news, subscriptions);
        const decided = [...recipients, ...exclusions].map((one) => toTargetKey(one.target));
        expect(decided.toSorted()).toEqual(
          [...new Set(subscriptions.map((one) => toTargetKey(one.target)))].toSorted(),
        );
      }),
    );
  });
});

describe("toScopes", () => {
  it("finds the order, its account, its owner and all", () => {
    expect(toScopes(change)).toEqual([
      `order:${ORDER_ID}`,
      "all",
      `account:${ACCOUNT_ID}`,
      `owner:${OWNER_ID}`,
    ]);
  });

  it("has no owner scope for an order that a queue owns", () => {
    const queued = createOrderChange({ core: { OwnerId: "00G000000000001AAA" } });
    expect(toScopes(queued)).not.toContainEqual(expect.stringContaining("owner:"));
  });
});
