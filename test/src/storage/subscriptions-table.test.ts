import { describe, expect, it } from "vitest";
import type { Subscription, Target } from "../../../src/domain/subscription.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { ACCOUNT_ID } from "../../support/order-change.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const table = openSubscriptionsTable(claimStorage());
const ACCOUNT = `account:${ACCOUNT_ID}`;
const user = (userId: string): Target => ({ kind: "user", userId });
const follow = (scope: string, target: Target): Subscription => ({
  scope,
  target,
  rules: { priority: "normal" },
});

describe("the subscriptions table", () => {
  it("creates itself, and finds nobody while it is empty", async () => {
    expect(await table.loadPage(["all"], "")).toEqual({ subscriptions: [], next: null });
  });

  it("finds people and groups of every scope asked for, whatever characters their ids hold", async () => {
    const strange = follow(ACCOUNT, user("auth0|7f/ü#?\\"));
    const group = follow("all", { kind: "group", group: "sales / north" });
    await table.put(strange);
    await table.put(group);
    const { subscriptions, next } = await table.loadPage([ACCOUNT, "all"], "");
    expect(subscriptions).toHaveLength(2);
    expect(subscriptions).toEqual(expect.arrayContaining([strange, group]));
    expect(next).toBeNull();
  });

  it("lists what a person follows, until they stop", async () => {
    await table.put(follow(ACCOUNT, user("ada")));
    await table.put(follow("all", user("ada")));
    expect(await table.listOfUser("ada")).toHaveLength(2);
    expect(await table.remove("all", user("ada"))).toBe(true);
    expect(await table.remove("all", user("ada"))).toBe(false);
    expect(await table.listOfUser("ada")).toEqual([follow(ACCOUNT, user("ada"))]);
  });

  it("goes on after the last target of a page", async () => {
    for (const id of ["a", "b", "c"]) await table.put(follow("all", user(`page-${id}`)));
    const all = await table.loadPage(["all"], "");
    const [, second] = all.subscriptions;
    const rest = await table.loadPage(["all"], `user:${Buffer.from("page-a").toString("base64url")}`);
    expect(second).toBeDefined();
    expect(rest.subscriptions.map(({ target }) => target)).toEqual([user("page-b"), user("page-c")]);
  });
});
