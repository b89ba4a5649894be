import { describe, expect, it } from "vitest";
import type { Preferences } from "../../../src/domain/preferences.ts";
import type { Subscription, Target } from "../../../src/domain/subscription.ts";
import { openPreferencesTable } from "../../../src/storage/preferences-table.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { openTable, submitRows } from "../../../src/storage/table.ts";
import { ACCOUNT_ID } from "../../support/order-change.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const storage = claimStorage();
const table = openSubscriptionsTable(storage);
const preferences = openPreferencesTable(storage);
const ACCOUNT = `account:${ACCOUNT_ID}`;
const user = (userId: string): Target => ({ kind: "user", userId });
const follow = (scope: string, target: Target): Subscription => ({
  scope,
  target,
  rules: { priority: "normal" },
});
const load = async (scopes: string[], after = "") => {
  const ranges = await table.loadRanges(scopes, after);
  return ranges.flatMap(({ rows }) => rows);
};
const loadOne = async (scope: string, userId: string) =>
  (await load([scope])).find(({ target }) => target.kind === "user" && target.userId === userId);
const say = (mutedScopes: string[]): Preferences => ({
  quietHours: { timeZone: "Europe/Berlin", from: "22:00", to: "07:00" },
  mutedScopes,
  mutedTransitions: ["created", "created"],
});
const version = (number: number, mutedScopes: string[] = []) => ({
  version: number,
  preferences: say(mutedScopes),
});

describe("the subscriptions table", () => {
  it("creates itself, and finds nobody while it is empty", async () => {
    expect(await table.loadRanges(["all"], "")).toEqual([{ full: false, rows: [] }]);
  });

  it("finds people and groups of every scope asked for, whatever characters their ids hold", async () => {
    const strange = follow(ACCOUNT, user("auth0|7f/ü#?\\"));
    const group = follow("all", { kind: "group", group: "sales / north" });
    await table.put(strange);
    await table.put(group);
    const rows = await load([ACCOUNT, "all"]);
    expect(rows).toMatchObject([strange, group]);
    expect(rows.map(({ copied }) => copied)).toEqual([undefined, undefined]);
  });

  it("keeps scopes of fields apart whatever characters their values hold", async () => {
    const north = follow("field:Region__c=EMEA / North #1?\\", user("nora"));
    const south = follow("field:Region__c=Süd=1", user("nora"));
    await table.put(north);
    await table.put(south);
    expect(await load([north.scope])).toMatchObject([north]);
    expect(await load([south.scope])).toMatchObject([south]);
    expect(await table.listOfUser("nora")).toEqual(expect.arrayContaining([north, south]));
    expect(await table.remove(north.scope, north.target)).toBe(true);
    expect(await table.listOfUser("nora")).toEqual([south]);
    expect(await load([north.scope])).toEqual([]);
  });

  it("lists what a person follows, until they stop", async () => {
    await table.put(follow(ACCOUNT, user("ada")));
    await table.put(follow("all", user("ada")));
    expect(await table.listOfUser("ada")).toHaveLength(2);
    expect(await table.remove("all", user("ada"))).toBe(true);
    expect(await table.remove("all", user("ada"))).toBe(false);
    expect(await table.listOfUser("ada")).toEqual([follow(ACCOUNT, user("ada"))]);
  });

  it("calls a scope of exactly a page whole, and one of a row more not", async () => {
    const partitionKey = "account:001000000000009AAA";
    const rows = Array.from({ length: 1_001 }, (_, n) => `user:${String(n).padStart(6, "0")}`);
    const seed = (keys: string[]) =>
      submitRows(
        openTable(storage, "Subscriptions"),
        keys.map((rowKey) => ["create", { partitionKey, rowKey, rules: '{"priority":"normal"}' }]),
      );
    await seed(rows.slice(0, 1_000));
    const [whole] = await table.loadRanges([partitionKey], "");
    expect([whole?.rows.length, whole?.full]).toEqual([1_000, false]);
    await seed(rows.slice(1_000));
    const [part] = await table.loadRanges([partitionKey], "");
    expect([part?.rows.length, part?.full]).toEqual([1_000, true]);
  });

  it("goes on after a row key, in each scope", async () => {
    for (const id of ["a", "b", "c"]) await table.put(follow("field:Page__c=1", user(`page-${id}`)));
    const rest = await load(["field:Page__c=1"], `user:${Buffer.from("page-a").toString("base64url")}`);
    expect(rest.map(({ target }) => target)).toEqual([user("page-b"), user("page-c")]);
  });
});

describe("copied preferences", () => {
  it("stand on a new subscription from the beginning, as they bear on its scope", async () => {
    await preferences.write("grace", say([ACCOUNT]), undefined);
    await table.put(follow(ACCOUNT, user("grace")));
    await table.put(follow("all", user("grace")));
    const copied = { version: 1, quietHours: say([]).quietHours, mutedTransitions: ["created"] };
    expect((await loadOne(ACCOUNT, "grace"))?.copied).toEqual({ ...copied, isMuted: true });
    expect((await loadOne("all", "grace"))?.copied).toEqual(copied);
  });

  it("never give way to older ones, and stay when the rules are replaced", async () => {
    await table.put(follow("all", user("linus")));
    await table.copyPreferences("all", "linus", version(3));
    await table.copyPreferences("all", "linus", version(2, ["all"]));
    await table.put({ ...follow("all", user("linus")), rules: { priority: "high" } });
    const row = await loadOne("all", "linus");
    expect(row?.copied).toMatchObject({ version: 3 });
    expect(row?.copied?.isMuted).toBeUndefined();
    expect(row?.rules).toEqual({ priority: "high" });
  });

  it("end as the newest of many that are copied side by side", async () => {
    await table.put(follow("all", user("rear")));
    const versions = [4, 7, 1, 6, 2, 5, 3].map((number) => version(number));
    await Promise.all(versions.map((one) => table.copyPreferences("all", "rear", one)));
    expect((await loadOne("all", "rear"))?.copied).toMatchObject({ version: 7 });
  });

  it("do not bring back a subscription that has ended", async () => {
    await table.copyPreferences("all", "nobody", version(1));
    expect(await loadOne("all", "nobody")).toBeUndefined();
  });
});
