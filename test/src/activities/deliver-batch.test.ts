import { describe, expect, it, vi } from "vitest";
import { createDeliverBatch } from "../../../src/activities/deliver-batch.ts";
import type { Recipient } from "../../../src/domain/audience.ts";
import type { DeliveryBatch } from "../../../src/domain/delivery-batch.ts";
import { openInboxTable } from "../../../src/storage/inbox-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const inbox = openInboxTable(claimStorage());
const recipient = (userId: string): Recipient => ({
  target: { kind: "user", userId },
  priority: "normal",
  reasons: [{ scope: "all" }],
});

function createBatch(...userIds: string[]): DeliveryBatch {
  return {
    instanceId: "order-1",
    announcement: {
      id: "8220000000000-aaaaaaaaaaaaaaaaaaaaaa",
      createdAt: "2026-11-22T10:00:00.000Z",
      title: "Order 1 was created",
      body: "",
      orderId: "801000000000001AAA",
      transition: "created",
      link: null,
    },
    recipients: userIds.map(recipient),
  };
}

describe("deliverBatch", () => {
  it("stores one row and asks for one push per recipient, and a re-run changes nothing", async () => {
    const deliverBatch = createDeliverBatch({ inbox });
    const first = await deliverBatch(createBatch("ada", "grace"));
    const second = await deliverBatch(createBatch("ada", "grace"));
    expect(first.report).toEqual({ stored: 2, pushed: 2 });
    expect(first.messages).toMatchObject([{ userId: "ada" }, { userId: "grace" }]);
    expect(second).toEqual(first);
    expect(await inbox.readOwn("ada")).toHaveLength(1);
  });

  it("pushes nothing when the rows could not be stored", async () => {
    const broken = { ...inbox, store: () => Promise.reject(new Error("no storage")) };
    await expect(createDeliverBatch({ inbox: broken })(createBatch("ada"))).rejects.toThrow("no storage");
  });

  it("stores nothing when one of its messages would name nobody", async () => {
    const store = vi.fn(inbox.store);
    const deliverBatch = createDeliverBatch({ inbox: { ...inbox, store } });
    await expect(deliverBatch(createBatch("linus", " "))).rejects.toThrow(/reach everyone/);
    expect(store).not.toHaveBeenCalled();
  });
});
