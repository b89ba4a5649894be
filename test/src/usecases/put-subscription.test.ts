import { describe, expect, it } from "vitest";
import { ForbiddenError } from "../../../src/domain/errors.ts";
import { openGrantsTable } from "../../../src/storage/grants-table.ts";
import { openOwnerLinksTable } from "../../../src/storage/owner-links-table.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { linkOwner, unlinkOwner } from "../../../src/usecases/change-owner-link.ts";
import {
  listSubscriptions,
  putSubscription,
  revokeGrant,
  type SubscriptionTables,
} from "../../../src/usecases/put-subscription.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { OWNER_ID } from "../../support/order-change.ts";

const storage = claimStorage();
const tables: SubscriptionTables = {
  subscriptions: openSubscriptionsTable(storage),
  grants: openGrantsTable(storage),
  ownerLinks: openOwnerLinksTable(storage),
};
const rules = { priority: "normal" } as const;
const OWN = `owner:${OWNER_ID}`;

/** The tables, in which `deed` is done just before a subscription is written. */
function beforeWriting(deed: () => Promise<void>): SubscriptionTables {
  const { subscriptions } = tables;
  return {
    ...tables,
    subscriptions: {
      ...subscriptions,
      putOwn: async (...args) => {
        await deed();
        return subscriptions.putOwn(...args);
      },
    },
  };
}

describe("a subscription", () => {
  it("does not outlive a grant that is revoked while it is being made", async () => {
    await tables.grants.put("ada", { scope: "all", label: null });
    const racing = beforeWriting(() => revokeGrant(tables, "ada", "all"));
    await expect(putSubscription(racing, "ada", "all", rules)).rejects.toThrow(ForbiddenError);
    expect(await listSubscriptions(tables, "ada")).toEqual({ items: [], grants: [] });
    expect(await tables.subscriptions.loadRanges(["all"], "")).toEqual([{ full: false, rows: [] }]);
  });

  it("does not outlive a link that is ended while it is being made", async () => {
    await linkOwner(tables, OWNER_ID, "ada");
    const racing = beforeWriting(() => unlinkOwner(tables, OWNER_ID, "ada"));
    await expect(putSubscription(racing, "ada", OWN, rules)).rejects.toThrow(ForbiddenError);
    expect(await listSubscriptions(tables, "ada")).toEqual({ items: [], grants: [] });
  });

  it("ends with the last of the grounds that it stands on", async () => {
    await linkOwner(tables, OWNER_ID, "lin");
    await tables.grants.put("lin", { scope: OWN, label: "Lin's" });
    await putSubscription(tables, "lin", OWN, rules);
    expect((await listSubscriptions(tables, "lin")).grants).toEqual([{ scope: OWN, label: "Lin's" }]);
    await revokeGrant(tables, "lin", OWN);
    expect(await listSubscriptions(tables, "lin")).toEqual({
      items: [{ scope: OWN, ...rules }],
      grants: [{ scope: OWN, label: "My orders" }],
    });
    await unlinkOwner(tables, OWNER_ID, "lin");
    expect(await listSubscriptions(tables, "lin")).toEqual({ items: [], grants: [] });
  });

  it("is ended by revoking again when the first time was interrupted", async () => {
    await tables.grants.put("kim", { scope: "all", label: null });
    await putSubscription(tables, "kim", "all", rules);
    await tables.grants.remove("kim", "all");
    await revokeGrant(tables, "kim", "all");
    expect((await listSubscriptions(tables, "kim")).items).toEqual([]);
  });

  it("never lets a person set whom else to tell", async () => {
    await tables.grants.put("max", { scope: "all", label: null });
    const escalate = { afterMinutes: 5, group: "leads" };
    const put = putSubscription(tables, "max", "all", { priority: "high", escalate });
    await expect(put).rejects.toThrow(/Only administrators/);
    expect((await listSubscriptions(tables, "max")).items).toEqual([]);
  });

  it("keeps whom else to tell and its priority, which an administrator set, when the person changes the rest", async () => {
    const escalate = { afterMinutes: 5, group: "leads" };
    const target = { kind: "user", userId: "amy" } as const;
    await tables.grants.put("amy", { scope: "all", label: null });
    await tables.subscriptions.put({ scope: "all", target, rules: { priority: "high", escalate } });
    const kept = { priority: "high", escalate, statuses: ["Draft"] } as const;
    expect(await putSubscription(tables, "amy", "all", { ...rules, statuses: ["Draft"] })).toEqual(kept);
    expect((await listSubscriptions(tables, "amy")).items).toEqual([{ scope: "all", ...kept }]);
    const [range] = await tables.subscriptions.loadRanges(["all"], "");
    expect(range?.rows.find((row) => "userId" in row.target && row.target.userId === "amy")?.rules).toEqual(
      kept,
    );
  });

  it("takes whom else to tell from a person as it stands, and no other way", async () => {
    const escalate = { afterMinutes: 5, group: "leads" };
    const admins = { priority: "high", escalate } as const;
    const target = { kind: "user", userId: "bea" } as const;
    await tables.grants.put("bea", { scope: "all", label: null });
    await tables.subscriptions.put({ scope: "all", target, rules: admins });
    expect(await putSubscription(tables, "bea", "all", admins)).toEqual(admins);
    for (const other of [
      { afterMinutes: 6, group: "leads" },
      { afterMinutes: 5, group: "bosses" },
    ]) {
      const put = putSubscription(tables, "bea", "all", { priority: "high", escalate: other });
      await expect(put).rejects.toThrow(/Only administrators/);
    }
    expect((await listSubscriptions(tables, "bea")).items).toEqual([{ scope: "all", ...admins }]);
  });

  it("is replaced, not added, when it is put again with other rules", async () => {
    await tables.grants.put("grace", { scope: "all", label: "Everything" });
    await putSubscription(tables, "grace", "all", { ...rules, statuses: ["Draft"] });
    await putSubscription(tables, "grace", "all", rules);
    expect(await listSubscriptions(tables, "grace")).toEqual({
      items: [{ scope: "all", priority: "normal" }],
      grants: [{ scope: "all", label: "Everything" }],
    });
  });

  it("may be of the orders of each Salesforce user that a person is", async () => {
    await linkOwner(tables, OWNER_ID, "two");
    await linkOwner(tables, "005000000000002AAA", "two");
    expect((await listSubscriptions(tables, "two")).grants).toEqual([
      { scope: OWN, label: `My orders (${OWNER_ID})` },
      { scope: "owner:005000000000002AAA", label: "My orders (005000000000002AAA)" },
    ]);
  });
});
