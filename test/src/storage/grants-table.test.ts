import { describe, expect, it } from "vitest";
import { openGrantsTable } from "../../../src/storage/grants-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { ACCOUNT_ID, ORDER_ID, OWNER_ID } from "../../support/order-change.ts";

const table = openGrantsTable(claimStorage());

describe("the grants table", () => {
  it("keeps grants of every kind of scope, whatever characters a value holds", async () => {
    const scopes = [
      "all",
      `account:${ACCOUNT_ID}`,
      "field:Region__c=EMEA / north? #1\\ü",
      `order:${ORDER_ID}`,
      `owner:${OWNER_ID}`,
    ];
    for (const scope of scopes) await table.put("ada", { scope, label: null });
    expect((await table.list("ada")).map(({ scope }) => scope).toSorted()).toEqual(scopes.toSorted());
    for (const scope of scopes) {
      expect(await table.has("ada", scope)).toBe(true);
      expect(await table.has("grace", scope)).toBe(false);
      await table.remove("ada", scope);
      await table.remove("ada", scope);
      expect(await table.has("ada", scope)).toBe(false);
    }
  });

  it("replaces the label of a grant that is given again", async () => {
    await table.put("grace", { scope: "all", label: "Everything" });
    await table.put("grace", { scope: "all", label: null });
    expect(await table.list("grace")).toEqual([{ scope: "all", label: null }]);
  });
});
