import { describe, expect, it } from "vitest";
import { openOwnerLinksTable } from "../../../src/storage/owner-links-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { OWNER_ID } from "../../support/order-change.ts";

const table = openOwnerLinksTable(claimStorage());
const OTHER_ID = "005000000000002AAA";

describe("the owner-links table", () => {
  it("creates itself, and links nobody while it is empty", async () => {
    expect(await table.has(OWNER_ID, "ada")).toBe(false);
    expect(await table.listOfUser("ada")).toEqual([]);
  });

  it("links a Salesforce user to several people and a person to several Salesforce users", async () => {
    const strange = "auth0|7f/ü#?\\";
    await table.put(OWNER_ID, "ada");
    await table.put(OWNER_ID, strange);
    await table.put(OTHER_ID, "ada");
    await table.put(OTHER_ID, "ada");
    expect(await table.listOfUser("ada")).toEqual([OWNER_ID, OTHER_ID]);
    expect((await table.listOfSalesforceUser(OWNER_ID)).toSorted()).toEqual(["ada", strange]);
    expect(await table.has(OTHER_ID, strange)).toBe(false);
  });

  it("ends one link without the others, and twice without an error", async () => {
    await table.put(OWNER_ID, "grace");
    await table.put(OTHER_ID, "grace");
    await table.remove(OWNER_ID, "grace");
    await table.remove(OWNER_ID, "grace");
    expect(await table.listOfUser("grace")).toEqual([OTHER_ID]);
    expect(await table.listOfSalesforceUser(OWNER_ID)).not.toContain("grace");
  });
});
