import { describe, expect, it, vi } from "vitest";
import { createDeliverBatch } from "../../../src/activities/deliver-batch.ts";
import type { Recipient } from "../../../src/domain/audience.ts";
import type { DeliveryBatch } from "../../../src/domain/delivery-batch.ts";
import { openDigestsTable } from "../../../src/storage/digests-table.ts";
import { openInboxTable } from "../../../src/storage/inbox-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const storage = claimStorage();
const inbox = openInboxTable(storage);
const digests = openDigestsTable(storage);
const now = () => new Date("2026-11-22T10:00:00.000Z");
const toRecipient = (userId: string, extra: Partial<Recipient> = {}): Recipient => ({
  target: { kind: "user", userId },
  priority: "normal",
  reasons: [{ scope: "all" }],
  ...extra,
});

function createBatch(...recipients: Recipient[]): DeliveryBatch {
  return {
    instanceId: "order-1",
    announcement: {
      id: "8220000000000-aaaaaaaaaaaaaaaaaaaaaa",
      createdAt: "2026-11-21T22:10:00.000Z",
      title: "Order 1 was created",
      body: "",
      orderId: "801000000000001AAA",
      transition: "created",
      link: null,
    },
    recipients,
  };
}

const readDue = async (dueMinute: string) =>
  (await digests.readPage({ dueMinute, after: null, limit: 1_000 })).digests.map(({ userId }) => userId);

describe("deliverBatch", () => {
  it("stores one row and asks for one push per recipient, and a re-run changes nothing", async () => {
    const deliverBatch = createDeliverBatch({ inbox, digests, now });
    const batch = createBatch(toRecipient("ada"), toRecipient("grace"));
    const first = await deliverBatch(batch);
    const second = await deliverBatch(batch);
    expect(first.report).toEqual({ stored: 2, pushed: 2, withheld: 0 });
    expect(first.messages).toMatchObject([{ userId: "ada" }, { userId: "grace" }]);
    expect(second).toEqual(first);
    expect(await inbox.readOwn("ada")).toHaveLength(1);
    expect(await digests.listDueMinutes("9999", 10)).toEqual([]);
  });

  it("stores large batches one after another while small ones come and pass them, and side by side when they are alone", async () => {
    let at = now();
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const slow = {
      store: (rows: readonly unknown[]) => {
        begun.push(rows.length);
        return rows.length < 10 ? Promise.resolve() : new Promise<void>((end) => ends.push(end));
      },
    };
    const deliverBatch = createDeliverBatch({ inbox: slow, digests, now: () => at });
    const large = createBatch(...Array.from({ length: 100 }, (_, n) => toRecipient(`person-${n}`)));
    const small = createBatch(toRecipient("ada"));
    await deliverBatch(small);
    const crowd = [deliverBatch(large), deliverBatch(large)];
    expect((await deliverBatch(small)).report).toMatchObject({ stored: 1 });
    await vi.waitFor(() => expect(begun).toEqual([1, 1, 100]));
    ends.shift()?.();
    await crowd[0];
    await vi.waitFor(() => expect(begun).toEqual([1, 1, 100, 100]));
    ends.shift()?.();
    await Promise.all(crowd);

    at = new Date(at.getTime() + 2_000);
    const alone = [deliverBatch(large), deliverBatch(large)];
    await vi.waitFor(() => expect(begun).toEqual([1, 1, 100, 100, 100, 100]));
    for (const end of ends) end();
    await Promise.all(alone);
  });

  it("withholds the push from those in quiet hours, whose row and summary are there when it returns", async () => {
    const deliverBatch = createDeliverBatch({ inbox, digests, now });
    const quietUntil = "2026-11-22T07:00:00.000Z";
    const batch = createBatch(
      toRecipient("joan", { quietUntil }),
      toRecipient("karen"),
      toRecipient("auth0|7f/é", { quietUntil }),
      toRecipient("late", { quietUntil: "2026-11-22T07:00:00.001Z" }),
    );
    const first = await deliverBatch(batch);
    expect(first.report).toEqual({ stored: 4, pushed: 1, withheld: 3 });
    expect(first.messages).toMatchObject([{ userId: "karen", target: "notification" }]);
    expect(await inbox.readOwn("joan")).toHaveLength(1);
    const due = await readDue("2026-11-22T07:00");
    expect(due.toSorted()).toEqual(["auth0|7f/é", "joan"]);
    expect(await readDue("2026-11-22T07:01")).toEqual(["late"]);

    expect(await deliverBatch(batch)).toEqual(first);
    expect(await readDue("2026-11-22T07:00")).toEqual(due);
    expect(await inbox.readOwn("joan")).toHaveLength(1);
  });

  it("pushes to a group whatever it is told of quiet hours, which are each member's own", async () => {
    const group = toRecipient("", {
      target: { kind: "group", group: "team" },
      quietUntil: "2026-11-23T07:00:00Z",
    });
    const { report, messages } = await createDeliverBatch({ inbox, digests, now })(createBatch(group));
    expect(report).toEqual({ stored: 1, pushed: 1, withheld: 0 });
    expect(messages).toMatchObject([{ groupName: "team" }]);
  });

  it("marks the rows of those for whom somebody else may be told", async () => {
    const escalations = [{ afterMinutes: 5, group: "managers" }];
    const batch = createBatch(toRecipient("mary", { escalations }), toRecipient("dorothy"));
    await createDeliverBatch({ inbox, digests, now })(batch);
    expect(await inbox.readOwn("mary")).toMatchObject([{ escalates: true }]);
    expect(await inbox.readOwn("dorothy")).toMatchObject([{ escalates: false }]);
  });

  it("pushes nothing and promises no summary when the rows could not be stored", async () => {
    const note = vi.fn(digests.note);
    const broken = { store: () => Promise.reject(new Error("no storage")) };
    const deliverBatch = createDeliverBatch({ inbox: broken, digests: { note }, now });
    const quiet = toRecipient("ada", { quietUntil: "2026-11-22T07:00:00.000Z" });
    await expect(deliverBatch(createBatch(quiet))).rejects.toThrow("no storage");
    expect(note).not.toHaveBeenCalled();
  });

  it("fails, to be run again, when a summary could not be noted", async () => {
    const broken = { note: () => Promise.reject(new Error("no digests")) };
    const quiet = toRecipient("ada", { quietUntil: "2026-11-22T07:00:00.000Z" });
    const deliverBatch = createDeliverBatch({ inbox, digests: broken, now });
    await expect(deliverBatch(createBatch(quiet, toRecipient("grace")))).rejects.toThrow("no digests");
  });

  it("stores nothing when one of its messages would name nobody, be it withheld or not", async () => {
    const store = vi.fn(inbox.store);
    const deliverBatch = createDeliverBatch({ inbox: { store }, digests, now });
    await expect(deliverBatch(createBatch(toRecipient("linus"), toRecipient(" ")))).rejects.toThrow(
      /reach everyone/,
    );
    const quiet = toRecipient(" ", { quietUntil: "2026-11-22T07:00:00.000Z" });
    await expect(deliverBatch(createBatch(quiet))).rejects.toThrow(/reach everyone/);
    expect(store).not.toHaveBeenCalled();
  });
});
