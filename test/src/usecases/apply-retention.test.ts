import { describe, expect, it } from "vitest";
import { INBOX_BUCKETS, toInboxBucket } from "../../../src/domain/inbox-bucket.ts";
import type { Notification } from "../../../src/domain/notification.ts";
import { toNotificationId } from "../../../src/domain/notification-id.ts";
import { openDatedExpiry } from "../../../src/storage/dated-expiry.ts";
import { openDeadLettersTable } from "../../../src/storage/dead-letters-table.ts";
import { openInboxExpiry } from "../../../src/storage/inbox-expiry.ts";
import { applyRetention } from "../../../src/usecases/apply-retention.ts";
import { openSightingsTable } from "../../../src/storage/sightings-table.ts";
import { createLetter } from "../../support/dead-letter.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createNotification, openInboxTables, toUserTarget } from "../../support/inbox.ts";

const storage = claimStorage();
const tables = openInboxTables(storage);
const inboxExpiry = openInboxExpiry(storage);
const datedExpiry = openDatedExpiry(storage);
const NOW = new Date("2026-11-22T03:15:00.000Z");
const DAY_MS = 24 * 60 * 60_000;
const now = () => NOW;

/** One that is as old as that; `number` tells it from others of its age. */
function createOld(days: number, number = 0): Notification {
  const createdAt = new Date(NOW.getTime() - days * DAY_MS).toISOString();
  return createNotification(1, {
    id: toNotificationId(createdAt, String(number).padStart(22, "0")),
    createdAt,
  });
}

const createMany = (days: number, count: number) =>
  Array.from({ length: count }, (_, number) => createOld(days, number));

describe("retention", () => {
  it("removes a person's rows, a group's and overlays that are too old, and touches nothing newer", async () => {
    const group = { kind: "group", group: "sales" } as const;
    const [old, onTheDay, fresh] = [createOld(90.001), createOld(90), createOld(1)];
    await tables.store(toUserTarget("ada"), old, onTheDay, fresh);
    await tables.store(group, old, fresh);
    // An overlay: states of a group's notification.
    await tables.inbox.recordReceipts("grace", new Map([[old.id, ["received"]]]), NOW.toISOString());
    await tables.inbox.recordReceipts("grace", new Map([[fresh.id, ["received"]]]), NOW.toISOString());
    expect(await applyRetention({ inboxExpiry, datedExpiry, now }, { inboxDays: 90 })).toEqual({
      removed: 3,
      finished: true,
    });
    const read = async (target: Parameters<typeof tables.inbox.read>[0]) =>
      (await tables.inbox.read(target, {})).map(({ id }) => id);
    expect(await read(toUserTarget("ada"))).toEqual([fresh.id, onTheDay.id]);
    expect(await read(toUserTarget("grace"))).toEqual([fresh.id]);
    expect(await read(group)).toEqual([fresh.id]);
    expect(await applyRetention({ inboxExpiry, datedExpiry, now }, { inboxDays: 90 })).toMatchObject({
      removed: 0,
    });
  });

  it("finds the old rows of neighbours behind full inboxes", async () => {
    const bucket = toInboxBucket("barbara");
    const neighbours = Array.from({ length: 200 }, (_, index) => `neighbour-${index}`)
      .filter((userId) => toInboxBucket(userId) === bucket)
      .slice(0, 3);
    await tables.store(toUserTarget("barbara"), ...createMany(2, 1_100), ...createMany(100, 150));
    for (const userId of neighbours) {
      await tables.store(toUserTarget(userId), createOld(1), ...createMany(200, 2));
    }
    expect(await applyRetention({ inboxExpiry, datedExpiry, now }, { inboxDays: 90 })).toEqual({
      removed: 150 + 2 * neighbours.length,
      finished: true,
    });
    expect(await tables.inbox.readOwn("barbara")).toHaveLength(1_100);
    expect(await tables.inbox.readOwn(String(neighbours[0]))).toHaveLength(1);
  });

  it("removes sightings and dead letters older than 400 days, and keeps the day itself", async () => {
    const [sightings, letters] = [openSightingsTable(storage), openDeadLettersTable(storage)];
    const [old, kept] = ["2025-10-17T23:59:59.000Z", "2025-10-18T00:00:00.000Z"];
    for (const systemModstamp of [old, kept]) {
      const sighting = { orderId: "801000000000001AAA", systemModstamp, changeHash: "a".repeat(22) };
      await sightings.note([sighting], "poll", NOW.toISOString());
      const letter = createLetter("ada", 1);
      await letters.put([{ ...letter, announcement: { ...letter.announcement, createdAt: systemModstamp } }]);
    }
    const deps = { inboxExpiry, datedExpiry, now };
    expect(await applyRetention(deps, { inboxDays: 3_650 })).toEqual({ removed: 2, finished: true });
    expect(await letters.readDay("2025-10-17", { limit: 9 })).toEqual([]);
    expect(await letters.readDay("2025-10-18", { limit: 9 })).toHaveLength(1);
    const seen = [];
    for await (const page of sightings.read("2025-10-17T00:00:00.000Z", "2025-10-19T00:00:00.000Z")) {
      seen.push(...page);
    }
    expect(seen).toMatchObject([{ hour: "2025-10-18T00:00:00.000Z" }]);
  });

  it("stops when its time is up and goes on the next time", async () => {
    await tables.store(toUserTarget("tony"), createOld(100));
    const running = { inboxExpiry, datedExpiry, now };
    expect(await applyRetention(running, { inboxDays: 90, runMs: 0 })).toEqual({
      removed: 0,
      finished: false,
    });
    expect(await applyRetention(running, { inboxDays: 90 })).toEqual({ removed: 1, finished: true });
  });

  it("begins with another bucket each day", async () => {
    const firsts: number[] = [];
    for (let day = 0; day < INBOX_BUCKETS; day++) {
      const asked: number[] = [];
      const finished = { removed: 0, finished: true };
      await applyRetention(
        {
          now: () => new Date(NOW.getTime() + day * DAY_MS),
          datedExpiry: { expireBefore: async () => finished },
          inboxExpiry: {
            expireGroups: async () => finished,
            expireBucket: async (bucket) => {
              asked.push(bucket);
              return finished;
            },
          },
        },
        { inboxDays: 90 },
      );
      expect(asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: INBOX_BUCKETS }, (_, n) => n));
      firsts.push(Number(asked[0]));
    }
    expect(new Set(firsts).size).toBe(INBOX_BUCKETS);
  });
});
