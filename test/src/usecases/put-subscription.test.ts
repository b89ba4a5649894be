import { describe, expect, it } from "vitest";
import { ForbiddenError } from "../../../src/domain/errors.ts";
import { openGrantsTable } from "../../../src/storage/grants-table.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { listSubscriptions, putSubscription, revokeGrant } from "../../../src/usecases/put-subscription.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const storage = claimStorage();
const tables = { subscriptions: openSubscriptionsTable(storage), grants: openGrantsTable(storage) };
const rules = { priority: "normal" } as const;

describe("a subscription", () => {
  it("does not outlive a grant that is revoked while it is being made", async () => {
    await tables.grants.put("ada", { scope: "all", label: null });
    const racing = {
      ...tables,
      subscriptions: {
        ...tables.subscriptions,
        put: async (subscription: Parameters<typeof tables.subscriptions.put>[0]) => {
          await revokeGrant(tables, "ada", "all");
          await tables.subscriptions.put(subscription);
        },
      },
    };
    await expect(putSubscription(racing, "ada", "all", rules)).rejects.toThrow(ForbiddenError);
    expect(await listSubscriptions(tables, "ada")).toEqual({ items: [], grants: [] });
    expect(await tables.subscriptions.loadPage(["all"], "")).toEqual({ subscriptions: [], next: null });
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
});
