import { describe, expect, it } from "vitest";
import { NO_PREFERENCES } from "../../../src/domain/preferences.ts";
import { openDeadLettersTable } from "../../../src/storage/dead-letters-table.ts";
import { openDigestsTable } from "../../../src/storage/digests-table.ts";
import { openGrantsTable } from "../../../src/storage/grants-table.ts";
import { openOwnerLinksTable } from "../../../src/storage/owner-links-table.ts";
import { openPreferencesTable } from "../../../src/storage/preferences-table.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { eraseUser } from "../../../src/usecases/erase-user.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createLetter } from "../../support/dead-letter.ts";
import { createNotification, openInboxTables, toUserTarget } from "../../support/inbox.ts";

const storage = claimStorage();
const { inbox, groups, store } = openInboxTables(storage);
const tables = {
  inbox,
  groups,
  subscriptions: openSubscriptionsTable(storage),
  grants: openGrantsTable(storage),
  preferences: openPreferencesTable(storage),
  ownerLinks: openOwnerLinksTable(storage),
  digests: openDigestsTable(storage),
  deadLetters: openDeadLettersTable(storage),
};
const now = new Date("2026-11-22T12:00:00.000Z");
const OWNER = "005000000000001AAA";

async function settleIn(userId: string): Promise<void> {
  const target = toUserTarget(userId);
  await tables.grants.put(userId, { scope: "all", label: null });
  await tables.ownerLinks.put(OWNER, userId);
  for (const scope of ["all", `owner:${OWNER}`, "field:Region__c=a/b"]) {
    await tables.subscriptions.put({ scope, target, rules: { priority: "normal" } });
  }
  await tables.preferences.write(userId, { ...NO_PREFERENCES, mutedScopes: ["all"] }, undefined);
  await store(target, createNotification(1), createNotification(2));
  await tables.digests.note([{ userId, quietUntil: "2026-11-22T13:00:00.000Z" }], now.toISOString());
  await tables.deadLetters.put([createLetter(userId, 1)]);
  await groups.join("sales", userId, "2026-01-01T00:00:00.000Z");
  await groups.join("old", userId, "2026-01-01T00:00:00.000Z");
  await groups.leave("old", userId, "2026-02-01T00:00:00.000Z");
}

describe("erasing a person", () => {
  it("removes what is theirs, reports it, and leaves the closed memberships for the audit", async () => {
    await Promise.all([settleIn("ada"), settleIn("grace")]);
    const { erased, mirror } = await eraseUser(tables, "ada", now);
    expect(erased).toEqual({
      removed: {
        grants: 1,
        ownerLinks: 1,
        subscriptions: 3,
        preferences: 1,
        digests: 1,
        deadLetters: 1,
        inbox: 2,
      },
      groupsLeft: 1,
      remaining: { groupIntervals: 2 },
    });
    expect(mirror.toSorted((a, b) => a.groupName.localeCompare(b.groupName))).toEqual([
      { action: "remove", userId: "ada", groupName: "old" },
      { action: "remove", userId: "ada", groupName: "sales" },
    ]);
    expect(await inbox.readOwn("ada")).toEqual([]);
    expect(await tables.grants.list("ada")).toEqual([]);
    expect(await tables.ownerLinks.listOfSalesforceUser(OWNER)).toEqual(["grace"]);
    expect(await tables.preferences.read("ada")).toBeUndefined();
    const ranges = await tables.subscriptions.loadRanges(["all", "field:Region__c=a/b"], "");
    expect(ranges.flatMap(({ rows }) => rows.map(({ target }) => target))).toEqual([
      toUserTarget("grace"),
      toUserTarget("grace"),
    ]);
    expect((await groups.listOfUser("ada")).map(({ leftAt }) => String(leftAt)).toSorted()).toEqual([
      "2026-02-01T00:00:00.000Z",
      now.toISOString(),
    ]);
    expect(await inbox.readOwn("grace")).toHaveLength(2);
  });

  it("done again finds nothing, and tells SignalR again, which may not have heard", async () => {
    await settleIn("tony");
    await eraseUser(tables, "tony", now);
    const { erased, mirror } = await eraseUser(tables, "tony", now);
    expect(erased).toEqual({
      removed: {
        grants: 0,
        ownerLinks: 0,
        subscriptions: 0,
        preferences: 0,
        digests: 0,
        deadLetters: 0,
        inbox: 0,
      },
      groupsLeft: 0,
      remaining: { groupIntervals: 2 },
    });
    expect(mirror).toHaveLength(2);
  });

  it("finishes what an earlier call did not", async () => {
    await settleIn("linus");
    const broken = { ...tables, preferences: { remove: () => Promise.reject(new Error("storage is away")) } };
    await expect(eraseUser(broken, "linus", now)).rejects.toThrow("storage is away");
    expect((await eraseUser(tables, "linus", now)).erased.removed).toMatchObject({
      subscriptions: 0,
      preferences: 1,
      inbox: 2,
    });
    expect(await inbox.readOwn("linus")).toEqual([]);
  });
});
