import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Recipient } from "../../../src/domain/audience.ts";
import { MAX_BATCH_RECIPIENTS, toDeliveryBatches } from "../../../src/domain/delivery-batch.ts";
import { INBOX_BUCKETS, toInboxBucket } from "../../../src/domain/inbox-bucket.ts";
import { composeAnnouncement } from "../../../src/domain/notification.ts";
import { createOrderChange } from "../../support/order-change.ts";

const announcement = composeAnnouncement({
  change: createOrderChange(),
  news: { outcome: "news", kinds: ["created"], changes: [], before: "none", uncertain: false },
  decidedAt: "2026-11-22T10:00:00.000Z",
  link: null,
});
const toRecipient = (userId: string): Recipient => ({
  target: { kind: "user", userId },
  priority: "normal",
  reasons: [{ scope: "all" }],
});

describe("toDeliveryBatches", () => {
  it("delivers to everyone exactly once, at most 100 at a time, the same way whatever the order of arrival", () => {
    const users = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 450 });
    fc.assert(
      fc.property(users, (userIds) => {
        const batches = toDeliveryBatches("order-1", announcement, userIds.map(toRecipient));
        const reversed = toDeliveryBatches("order-1", announcement, userIds.toReversed().map(toRecipient));
        const delivered = batches
          .flatMap(({ recipients }) => recipients)
          .map(({ target }) => JSON.stringify(target));
        expect(batches.every(({ recipients }) => recipients.length <= MAX_BATCH_RECIPIENTS)).toBe(true);
        expect(delivered.toSorted()).toEqual(
          userIds.map((id) => JSON.stringify(toRecipient(id).target)).toSorted(),
        );
        expect(batches).toEqual(reversed);
        expect(batches).toHaveLength(Math.ceil(userIds.length / MAX_BATCH_RECIPIENTS));
      }),
      { numRuns: 30 },
    );
  });

  it("needs no more transactions than its batches and the inbox buckets together", () => {
    const recipients = Array.from({ length: 1_000 }, (_, index) => toRecipient(`user-${index}`));
    const transactions = toDeliveryBatches("order-1", announcement, recipients).map(
      (batch) =>
        new Set(
          batch.recipients.map(({ target }) => (target.kind === "user" ? toInboxBucket(target.userId) : -1)),
        ).size,
    );
    expect(transactions.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(
      1_000 / 100 + INBOX_BUCKETS,
    );
  });
});

describe("toInboxBucket", () => {
  it("spreads people evenly", () => {
    const counts = Array.from({ length: INBOX_BUCKETS }, () => 0);
    for (let index = 0; index < 16_000; index++) {
      const bucket = toInboxBucket(`00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(700);
    expect(Math.max(...counts)).toBeLessThan(1_300);
  });

  it("never changes: rows are found by it", () => {
    expect(["ada", "auth0|7f", "grace@example.com", "名前"].map(toInboxBucket)).toEqual([3, 4, 15, 10]);
  });
});
