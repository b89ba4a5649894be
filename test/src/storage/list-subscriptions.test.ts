import { describe, expect, it } from "vitest";
import type { Subscription } from "../../../src/domain/subscription.ts";
import { openSubscriptionList, type SubscriptionCursor } from "../../../src/storage/list-subscriptions.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { ACCOUNT_ID } from "../../support/order-change.ts";

const storage = claimStorage();
const table = openSubscriptionsTable(storage);
const list = openSubscriptionList(storage);
const rules = { priority: "normal" } as const;
const FIELD = "field:Region__c=EMEA / north";
const stored: Subscription[] = [
  ...[`account:${ACCOUNT_ID}`, "all", FIELD].flatMap((scope) => [
    { scope, target: { kind: "group" as const, group: "sales / north" }, rules },
    ...["ada", "auth0|7f", "grace"].map((userId) => ({
      scope,
      target: { kind: "user" as const, userId },
      rules,
    })),
  ]),
];

async function readAll(limit: number): Promise<{ items: Subscription[]; pages: number }> {
  const items: Subscription[] = [];
  let after: SubscriptionCursor | null = null;
  for (let pages = 1; ; pages += 1) {
    const page = await list.readPage(after, limit);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    after = page.next;
    if (after === null) return { items, pages };
  }
}

describe("the list of subscriptions", () => {
  it("is empty at first, and creates its table", async () => {
    expect(await list.readPage(null, 10)).toEqual({ items: [], next: null });
    expect(await list.findStored(stored.slice(0, 1))).toEqual([]);
  });

  it.each([1, 3, 4, 5, 12, 13])("is read once and whole in pages of %i", async (limit) => {
    for (const subscription of stored) await table.put(subscription);
    const { items } = await readAll(limit);
    expect(items).toHaveLength(stored.length);
    expect(items).toEqual(expect.arrayContaining(stored));
  });

  it("finds what is stored of the same scopes and targets, and nothing between them", async () => {
    for (const subscription of stored) await table.put(subscription);
    const [first, , third, , one] = stored;
    const missing = { scope: "all", target: { kind: "user" as const, userId: "nobody" }, rules };
    const found = await list.findStored([first!, third!, one!, missing]);
    expect(found).toHaveLength(3);
    expect(found).toEqual(expect.arrayContaining([first, third, one]));
  });
});
