import { expect, it } from "vitest";
import { openDeadLettersTable } from "../../../src/storage/dead-letters-table.ts";
import { openDigestsTable } from "../../../src/storage/digests-table.ts";
import { openInboxExpiry } from "../../../src/storage/inbox-expiry.ts";
import { INBOX_BUCKETS } from "../../../src/domain/inbox-bucket.ts";
import { toIdBound } from "../../../src/domain/notification.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createLetter } from "../../support/dead-letter.ts";
import { createNotification, openInboxTables, toUserTarget } from "../../support/inbox.ts";

const people = ["a", "ab", "abc", "abcd", "a|", "a|b", "user:a", "x|user:a", "auth0|7f", "auth0|7f1", "ä/#?"];
it("erasing and expiring touch nobody whose id begins or ends alike", async () => {
  const storage = claimStorage();
  const { inbox, store } = openInboxTables(storage);
  const digests = openDigestsTable(storage);
  const deadLetters = openDeadLettersTable(storage);
  for (const one of people) await store(toUserTarget(one), createNotification(1), createNotification(9));
  await digests.note(
    people.map((userId) => ({ userId, quietUntil: "2026-11-23T07:00:00.000Z" })),
    "2026-11-22T23:00:00.000Z",
  );
  await deadLetters.put(people.map((one) => createLetter(one)));
  expect([await inbox.erase("a"), await digests.erase("a"), await deadLetters.erase("a")]).toEqual([2, 1, 1]);
  for (const one of people.slice(1)) expect(await inbox.readOwn(one)).toHaveLength(2);
  expect(await deadLetters.readDay("2026-11-22", { limit: 99 })).toHaveLength(people.length - 1);
  const bound = toIdBound(Date.parse(createNotification(9).createdAt) - 1);
  const expiry = openInboxExpiry(storage);
  for (let b = 0; b < INBOX_BUCKETS; b += 1) await expiry.expireBucket(b, bound, () => false);
  for (const one of people.slice(1))
    expect((await inbox.readOwn(one)).map(({ id }) => id)).toEqual([createNotification(9).id]);
});
