import { describe, expect, it } from "vitest";
import { openGrantsTable } from "../../../src/storage/grants-table.ts";
import { openOwnerLinksTable } from "../../../src/storage/owner-links-table.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { importGrants, rehearseGrants } from "../../../src/usecases/import-grants.ts";
import { ImportInterruptedError } from "../../../src/usecases/import-lines.ts";
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
const rules = { priority: "normal" } as const;
const SLASH = "field:Region__c=EMEA / North";

const toText = (lines: readonly object[]) => lines.map((line) => JSON.stringify(line)).join("\n");
const run = (...lines: object[]) => importGrants(tables, "ndjson", toText(lines));
const rehearse = (...lines: object[]) => rehearseGrants(tables, "ndjson", toText(lines));

describe("an import of grants", () => {
  it("grants and revokes, and ends the subscriptions that stood on what it revokes", async () => {
    await run({ userId: "ada", scope: "all" }, { userId: "ada", scope: SLASH, label: "North" });
    await putSubscription(tables, "ada", "all", rules);
    await putSubscription(tables, "ada", SLASH, rules);
    const lines = [
      { userId: "ada", scope: "all", remove: true },
      { userId: "bob", scope: "all", label: "Everything" },
    ];
    expect(await run(...lines)).toEqual({ imported: 1, removed: 1 });
    expect(await listSubscriptions(tables, "ada")).toEqual({
      items: [{ scope: SLASH, ...rules }],
      grants: [{ scope: SLASH, label: "North" }],
    });
    const [range] = await tables.subscriptions.loadRanges(["all"], "");
    expect(range?.rows).toEqual([]);
    expect(await tables.grants.list("bob")).toEqual([{ scope: "all", label: "Everything" }]);
    expect(await run(...lines)).toEqual({ imported: 1, removed: 1 });
    expect(await tables.grants.list("bob")).toEqual([{ scope: "all", label: "Everything" }]);
  });

  it("leaves a subscription that stands on another ground", async () => {
    const scope = `owner:${OWNER_ID}`;
    await tables.ownerLinks.put(OWNER_ID, "lin");
    await run({ userId: "lin", scope });
    await putSubscription(tables, "lin", scope, rules);
    await run({ userId: "lin", scope, remove: true });
    expect((await listSubscriptions(tables, "lin")).items).toEqual([{ scope, ...rules }]);
  });

  it("replaces a label, and takes it away where the line has none", async () => {
    await run({ userId: "cleo", scope: "all", label: "Old" });
    await run({ userId: "cleo", scope: "all", label: "New" });
    expect(await tables.grants.list("cleo")).toEqual([{ scope: "all", label: "New" }]);
    await run({ userId: "cleo", scope: "all" });
    expect(await tables.grants.list("cleo")).toEqual([{ scope: "all", label: null }]);
  });

  it("says beforehand what it would do, and writes nothing", async () => {
    await run({ userId: "dora", scope: "all", label: "All" }, { userId: "dora", scope: SLASH });
    const before = await tables.grants.list("dora");
    const lines = [
      { userId: "dora", scope: "all", label: "Everything" },
      { userId: "dora", scope: SLASH },
      { userId: "dora", scope: `owner:${OWNER_ID}` },
      { userId: "nobody", scope: "all", remove: true },
    ];
    expect(await rehearse(...lines)).toEqual({ new: 1, changed: 1, same: 2, removed: 0 });
    expect(await rehearse({ userId: "dora", scope: "all", remove: true })).toMatchObject({ removed: 1 });
    expect(await tables.grants.list("dora")).toEqual(before);
  });

  it("writes nothing for one bad line, and names it", async () => {
    const lines = [
      { userId: "eve", scope: "all" },
      { userId: "eve", scope: "everything" },
    ];
    const refused = { details: [expect.stringMatching(/^line 2: scope must be/)] };
    await expect(run(...lines)).rejects.toMatchObject(refused);
    await expect(rehearse(...lines)).rejects.toMatchObject(refused);
    expect(await tables.grants.list("eve")).toEqual([]);
  });

  it("takes 10,000 lines and not one more", async () => {
    const lines = Array.from({ length: 10_001 }, (_, n) => ({ userId: `u${n}`, scope: "all" }));
    const none = { ...tables, grants: { ...tables.grants, put: () => Promise.resolve() } };
    await expect(importGrants(none, "ndjson", toText(lines))).rejects.toThrow(/At most 10000 lines/);
    expect(await importGrants(none, "ndjson", toText(lines.slice(1)))).toEqual({
      imported: 10_000,
      removed: 0,
    });
  });

  it("that the storage interrupts says how much is written, and is completed by sending it again", async () => {
    const lines = Array.from({ length: 200 }, (_, n) => ({ userId: "zoe", scope: `field:N__c=${n}` }));
    let writes = 0;
    const failing: SubscriptionTables = {
      ...tables,
      grants: {
        ...tables.grants,
        put: async (...args) => {
          if ((writes += 1) > 70) throw new Error("the storage is away");
          await tables.grants.put(...args);
        },
      },
    };
    const interrupted = importGrants(failing, "ndjson", toText(lines));
    await expect(interrupted).rejects.toThrow(ImportInterruptedError);
    await expect(interrupted).rejects.toMatchObject({ written: 70, total: 200 });
    expect(await tables.grants.list("zoe")).toHaveLength(70);
    expect(await run(...lines)).toEqual({ imported: 200, removed: 0 });
    expect(await tables.grants.list("zoe")).toHaveLength(200);
  });
});
