import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it } from "vitest";
import { NO_PREFERENCES, type Preferences } from "../../../src/domain/preferences.ts";
import { toScopes } from "../../../src/domain/subscription.ts";
import { openPreferencesTable } from "../../../src/storage/preferences-table.ts";
import { openSubscriptionsTable, type StoredSubscription } from "../../../src/storage/subscriptions-table.ts";
import { loadAudiencePage, type LoadAudiencePageDeps } from "../../../src/usecases/load-audience-page.ts";
import { putPreferences } from "../../../src/usecases/put-preferences.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createOrderChange } from "../../support/order-change.ts";

const storage = claimStorage();
const tables = { preferences: openPreferencesTable(storage), subscriptions: openSubscriptionsTable(storage) };
const SCOPES = toScopes(createOrderChange());
const NIGHT = "2026-11-22T23:00:00.000Z";
const MORNING = "2026-11-23T06:00:00.000Z";
const request = { scopes: SCOPES, after: "", decidedAt: NIGHT };
const QUIET: Preferences = {
  ...NO_PREFERENCES,
  quietHours: { timeZone: "Europe/Berlin", from: "22:00", to: "07:00" },
};
const rules = { priority: "normal" } as const;
const follow = (userId: string) =>
  tables.subscriptions.put({ scope: "all", target: { kind: "user", userId }, rules });
const loadApplied = async (userId: string, decidedAt = NIGHT) => {
  const { subscriptions } = await loadAudiencePage(tables, { ...request, decidedAt });
  return subscriptions.find(({ target }) => target.kind === "user" && target.userId === userId)?.preferences;
};

/** Counts the HTTP requests that this process makes during `run`. */
async function countRequests(run: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const listener = () => {
    count += 1;
  };
  subscribe("http.client.request.start", listener);
  try {
    await run();
  } finally {
    unsubscribe("http.client.request.start", listener);
  }
  return count;
}

describe("a page of the audience", () => {
  it("says until when a person's quiet hours last at the decision, and nothing about it by day", async () => {
    await putPreferences(tables, "ada", QUIET);
    await follow("ada");
    expect(await loadApplied("ada")).toEqual({ version: 1, quietUntil: MORNING });
    expect(await loadApplied("ada", MORNING)).toEqual({ version: 1 });
  });

  it("has no preferences for groups, nor for people who never said anything", async () => {
    await follow("linus");
    await tables.subscriptions.put({ scope: "all", target: { kind: "group", group: "sales" }, rules });
    const { subscriptions } = await loadAudiencePage(tables, request);
    expect(subscriptions).toEqual(
      expect.arrayContaining([
        { scope: "all", target: { kind: "user", userId: "linus" }, rules },
        { scope: "all", target: { kind: "group", group: "sales" }, rules },
      ]),
    );
  });

  it("takes what a person said last from their own row while it has not reached their subscriptions", async () => {
    await follow("grace");
    await tables.preferences.announce("grace", 1);
    expect(await loadApplied("grace")).toBeUndefined();
    await tables.preferences.write("grace", { ...QUIET, mutedScopes: ["all"] }, undefined);
    expect(await loadApplied("grace")).toEqual({ version: 1, isMuted: true, quietUntil: MORNING });
  });

  it("costs one query per scope and one, and one read for each pending person who is on it", async () => {
    await follow("grace");
    await tables.preferences.announce("grace", 1);
    await tables.preferences.announce("elsewhere", 1);
    const [grace, elsewhere] = (await tables.preferences.listPending()).toSorted((a, b) =>
      a.userId < b.userId ? 1 : -1,
    );
    expect(await countRequests(() => loadAudiencePage(tables, request))).toBe(SCOPES.length + 2);
    await tables.preferences.removePending(grace!);
    expect(await countRequests(() => loadAudiencePage(tables, request))).toBe(SCOPES.length + 1);
    await tables.preferences.removePending(elsewhere!);
    expect(await countRequests(() => loadAudiencePage(tables, request))).toBe(SCOPES.length + 1);
  });

  it("holds 1,000 people with long ids, a third of them in quiet hours and some with mutes", async () => {
    const page = await loadAudiencePage(crowd(1_000), request);
    expect(page.subscriptions).toHaveLength(1_000);
    expect(page.next).toBeNull();
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(200_000);
    const quiet = page.subscriptions.filter(({ preferences }) => preferences?.quietUntil !== undefined);
    expect(quiet.length).toBeGreaterThan(300);
  });
});

/** A scope whose people live in three parts of the world, two of which are awake. */
function crowd(size: number): LoadAudiencePageDeps {
  const zones = ["Europe/Berlin", "America/Los_Angeles", "Australia/Sydney"];
  const rows = Array.from({ length: size }, (_, n): StoredSubscription => {
    const userId = `3f2504e0-4f89-11d3-9a0c-${String(n).padStart(12, "0")}`;
    const quietHours = { timeZone: zones[n % 3]!, from: "22:00", to: "07:00" };
    const copied = {
      version: n % 20,
      quietHours,
      ...(n % 10 === 0 ? { isMuted: true as const } : {}),
      ...(n % 25 === 0 ? { mutedTransitions: ["ownerChanged" as const, "changed" as const] } : {}),
    };
    const scope = "account:001000000000001AAA";
    return { rowKey: `user:${userId}`, scope, target: { kind: "user", userId }, rules, copied };
  });
  return {
    subscriptions: { loadRanges: async () => [{ full: false, rows }] },
    preferences: { listPending: async () => [], read: async () => undefined },
  };
}
