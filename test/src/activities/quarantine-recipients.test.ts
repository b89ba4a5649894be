import { describe, expect, it } from "vitest";
import { createQuarantineRecipients } from "../../../src/activities/quarantine-recipients.ts";
import type { DeliveryBatch } from "../../../src/domain/delivery-batch.ts";
import { openDeadLettersTable } from "../../../src/storage/dead-letters-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createAnnouncement, createRecipient } from "../../support/dead-letter.ts";

const deadLetters = openDeadLettersTable(claimStorage());

/** Storage that refuses a transaction in which one of `bad` stands. */
const storeExcept =
  (...bad: string[]) =>
  (batch: DeliveryBatch) =>
    batch.recipients.some(({ target }) => target.kind === "user" && bad.includes(target.userId))
      ? Promise.reject(new Error("too large"))
      : Promise.resolve();

const toRequest = (n: number, ...userIds: string[]) => ({
  instanceId: "order-1",
  announcement: createAnnouncement(n),
  failed: userIds.map((userId) => ({ recipient: createRecipient(userId), cause: "refused", attempts: 4 })),
});

describe("quarantineRecipients", () => {
  it("keeps everyone with cause, attempts and the whole notification, and a re-run keeps the same", async () => {
    const quarantine = createQuarantineRecipients({ deadLetters, deliverBatch: storeExcept() });
    const request = toRequest(1, "ada", "auth0|7f/#?");
    expect(await quarantine(request)).toEqual({ areStored: [true, true] });
    const first = await deadLetters.readDay("2026-11-22", { limit: 10 });
    await quarantine(request);
    expect(await deadLetters.readDay("2026-11-22", { limit: 10 })).toEqual(first);
    expect(first).toHaveLength(2);
    for (const [index, one] of request.failed.entries()) {
      const kept = first.find(
        ({ recipient }) => JSON.stringify(recipient) === JSON.stringify(request.failed[index]?.recipient),
      );
      expect(kept).toMatchObject({
        ...one,
        instanceId: "order-1",
        announcement: request.announcement,
        isStored: true,
        redrives: [],
      });
    }
  });

  it("says whose inbox has it: one that cannot be stored keeps none of the others from it", async () => {
    const quarantine = createQuarantineRecipients({ deadLetters, deliverBatch: storeExcept("grace") });
    const userIds = Array.from({ length: 24 }, (_, index) => (index === 13 ? "grace" : `person-${index}`));
    const { areStored } = await quarantine(toRequest(2, ...userIds));
    expect(areStored).toEqual(userIds.map((userId) => userId !== "grace"));
  });

  it("fails, to be run again, when the letters cannot be kept", async () => {
    const broken = { put: () => Promise.reject(new Error("no storage")) };
    const quarantine = createQuarantineRecipients({ deadLetters: broken, deliverBatch: storeExcept() });
    await expect(quarantine(toRequest(3, "ada"))).rejects.toThrow("no storage");
  });
});
