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

/** People and groups, also of the same name; as many as lie around the borders of batches, or any number. */
const anyRecipients = fc
  .record({
    users: fc.oneof(fc.constantFrom(0, 1, 99, 100, 101, 199, 200, 201), fc.nat({ max: 230 })),
    groups: fc.oneof(fc.constantFrom(0, 1, 100, 101), fc.nat({ max: 20 })),
    prefix: fc.string({ maxLength: 8 }),
    priority: fc.constantFrom("normal" as const, "high" as const),
  })
  .map(({ users, groups, prefix, priority }): Recipient[] => [
    ...Array.from({ length: users }, (_, n) => ({ ...toRecipient(`${prefix}${n}`), priority })),
    ...Array.from({ length: groups }, (_, n): Recipient => ({
      ...toRecipient(""),
      target: { kind: "group", group: `${prefix}${n}` },
    })),
  ]);

const sortByJson = (recipients: readonly Recipient[]) =>
  recipients.map((recipient) => JSON.stringify(recipient)).toSorted();

describe("toDeliveryBatches", () => {
  it("partitions the recipients exactly, at most 100 to a batch, the same way whatever the order of arrival", () => {
    fc.assert(
      fc.property(anyRecipients, (recipients) => {
        const batches = toDeliveryBatches("order-1", announcement, recipients);
        expect(sortByJson(batches.flatMap((batch) => batch.recipients))).toEqual(sortByJson(recipients));
        const sizes = batches.map((batch) => batch.recipients.length);
        expect(sizes.every((size) => size > 0 && size <= MAX_BATCH_RECIPIENTS)).toBe(true);
        expect(batches).toHaveLength(Math.ceil(recipients.length / MAX_BATCH_RECIPIENTS));
        expect(toDeliveryBatches("order-1", announcement, recipients.toReversed())).toEqual(batches);
      }),
      { numRuns: 1_000 },
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
