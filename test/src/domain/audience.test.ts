import { describe, expect, it } from "vitest";
import { decideAudience } from "../../../src/domain/audience.ts";
import {
  type AppliedPreferences,
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
    expect(exclusions).toEqual([{ target: ada, causes: [{ scope: "all", rule }], isRecipient: false }]);
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

  it("tells a person whom one subscription leaves out because of another one, and keeps both facts", () => {
    const left = follow(ada, `order:${ORDER_ID}`, { statuses: ["Activated"] });
    const { recipients, exclusions } = decideAudience(change, news, [follow(ada), left]);
    expect(recipients).toMatchObject([{ target: ada, reasons: [{ scope: "all" }] }]);
    expect(exclusions).toEqual([
      { target: ada, causes: [{ scope: `order:${ORDER_ID}`, rule: "statuses" }], isRecipient: true },
    ]);
  });

  it.each([
    ["mutedScope", { version: 1, isMuted: true }],
    ["mutedTransition", { version: 1, mutedTransitions: [...news.kinds] }],
  ] satisfies [string, AppliedPreferences][])("excludes by a person's own %s", (rule, preferences) => {
    const { recipients, exclusions } = decideAudience(change, news, [{ ...follow(ada), preferences }]);
    expect(recipients).toEqual([]);
    expect(exclusions).toMatchObject([{ causes: [{ scope: "all", rule }] }]);
  });

  it("withholds the push, not the notification, in quiet hours", () => {
    const quietUntil = "2026-11-23T06:00:00.000Z";
    const { recipients } = decideAudience(change, news, [
      { ...follow(ada), preferences: { version: 1, quietUntil } },
    ]);
    expect(recipients).toMatchObject([{ target: ada, quietUntil }]);
  });

  it("compares fields by value, whichever route spelt them, and lets an unknown field equal nothing", () => {
    const scored = createOrderChange({ otherFields: { Score__c: "10.0" } });
    const rule = (value: string) => follow(ada, "all", { fieldEquals: { Score__c: value } });
    expect(decideAudience(scored, news, [rule("10")]).recipients).toHaveLength(1);
    expect(decideAudience(scored, news, [rule("11")]).exclusions).toMatchObject([
      { causes: [{ rule: "fieldEquals" }] },
    ]);
    expect(decideAudience(change, news, [rule("10")]).recipients).toEqual([]);
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

  it("finds the fields that rules may use, but not the number, what is empty, nor what is too long for a key", () => {
    const fields = { OrderNumber: "1", Region__c: "EMEA / North", Empty__c: null, Long__c: "x".repeat(400) };
    const scopes = toScopes(createOrderChange({ otherFields: fields }));
    expect(scopes.filter((scope) => scope.startsWith("field:"))).toEqual(["field:Region__c=EMEA / North"]);
  });

  it("has no owner scope for an order that a queue owns", () => {
    const queued = createOrderChange({ core: { OwnerId: "00G000000000001AAA" } });
    expect(toScopes(queued)).not.toContainEqual(expect.stringContaining("owner:"));
  });
});
