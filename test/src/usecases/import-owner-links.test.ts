import { describe, expect, it } from "vitest";
import { openGrantsTable } from "../../../src/storage/grants-table.ts";
import { openOwnerLinksTable } from "../../../src/storage/owner-links-table.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { importOwnerLinks, rehearseOwnerLinks } from "../../../src/usecases/import-owner-links.ts";
import {
  listSubscriptions,
  putSubscription,
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
const scope = `owner:${OWNER_ID}`;
const OTHER = "005000000000002AAA";
const HEADER = "salesforceUserId,userId,remove";

const run = (...lines: string[]) => importOwnerLinks(tables, "csv", [HEADER, ...lines].join("\n"));
const rehearse = (...lines: string[]) => rehearseOwnerLinks(tables, "csv", [HEADER, ...lines].join("\n"));

describe("an import of owner links", () => {
  it("links and unlinks, and ends the subscriptions that stood on the links it ends", async () => {
    await run(`${OWNER_ID.slice(0, 15)},ada,`, `${OTHER},ada,`);
    await putSubscription(tables, "ada", scope, { priority: "normal" });
    await putSubscription(tables, "ada", `owner:${OTHER}`, { priority: "normal" });
    const lines = [`${OWNER_ID},ada,true`, `${OWNER_ID},bob,`];
    expect(await run(...lines)).toEqual({ imported: 1, removed: 1 });
    expect((await listSubscriptions(tables, "ada")).items.map((one) => one.scope)).toEqual([
      `owner:${OTHER}`,
    ]);
    expect(await tables.ownerLinks.listOfSalesforceUser(OWNER_ID)).toEqual(["bob"]);
    expect(await tables.ownerLinks.listOfUser("bob")).toEqual([OWNER_ID]);
    expect(await run(...lines)).toEqual({ imported: 1, removed: 1 });
    expect(await tables.ownerLinks.listOfSalesforceUser(OWNER_ID)).toEqual(["bob"]);
  });

  it("leaves a subscription that a grant allows too", async () => {
    await run(`${OWNER_ID},lin,`);
    await tables.grants.put("lin", { scope, label: null });
    await putSubscription(tables, "lin", scope, { priority: "normal" });
    await run(`${OWNER_ID},lin,true`);
    expect((await listSubscriptions(tables, "lin")).items).toHaveLength(1);
  });

  it("says beforehand what it would do, and writes nothing", async () => {
    await run(`${OWNER_ID},cleo,`, `${OTHER},cleo,`);
    expect(
      await rehearse(`${OWNER_ID},cleo,`, `${OTHER},cleo,true`, `${OTHER},new,`, `${OWNER_ID},new,true`),
    ).toEqual({ new: 1, changed: 0, same: 2, removed: 1 });
    expect(await tables.ownerLinks.listOfUser("cleo")).toEqual([OWNER_ID, OTHER]);
    expect(await tables.ownerLinks.listOfUser("new")).toEqual([]);
  });

  it("writes nothing for one bad line, and names it", async () => {
    const refused = { details: [expect.stringMatching(/^line 3: salesforceUserId must be/)] };
    await expect(run(`${OWNER_ID},eve,`, "001000000000001AAA,eve,")).rejects.toMatchObject(refused);
    expect(await tables.ownerLinks.listOfUser("eve")).toEqual([]);
  });
});
