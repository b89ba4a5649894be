import { describe, expect, it } from "vitest";
import { changeCursorSchema } from "../../../src/domain/audit-access.ts";
import { openOrderChanges } from "../../../src/storage/order-changes.ts";
import { openOrdersTable } from "../../../src/storage/orders-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createOrderChange, ORDER_ID } from "../../support/order-change.ts";

const storage = claimStorage();
const orders = openOrdersTable(storage);
const changes = openOrderChanges(storage);
const LEASE = { owner: "host", until: "2026-11-22T10:00:30.000Z" };

const createChange = (minute: number) =>
  createOrderChange({
    systemModstamp: `2026-11-22T10:0${minute}:00.000Z`,
    changeHash: `_${String(minute).repeat(20)}-`,
  });

describe("the changes of an order", () => {
  it("are listed oldest first, claimed or not, page after page, without the order's own row", async () => {
    for (const minute of [2, 1, 3]) {
      await orders.insertChange(createChange(minute), `order-${minute}`, LEASE, "2026-11-22T10:05:00.000Z");
    }
    const change = createChange(1);
    const transition = { outcome: "silent", reason: "unchanged" } as const;
    const claim = { transition, decidedAt: "2026-11-22T10:05:01.000Z", link: null };
    const changeRow = await orders.readChange(change);
    const known = { ...change, isBaseline: false };
    await orders.commitClaim({ change, instanceId: "order-1", claim, changeRow, orderRow: undefined, known });

    const first = await changes.list(ORDER_ID, { after: undefined, limit: 2 });
    expect(first.changes).toEqual([
      {
        instanceId: "order-1",
        systemModstamp: change.systemModstamp,
        route: "outboundMessage",
        recordedAt: "2026-11-22T10:05:00.000Z",
        state: "started",
        claim,
      },
      expect.objectContaining({ instanceId: "order-2", state: "starting", claim: undefined }),
    ]);
    expect(changeCursorSchema.parse(first.next)).toBe(first.next);
    const rest = await changes.list(ORDER_ID, { after: String(first.next), limit: 2 });
    expect(rest.changes.map(({ instanceId }) => instanceId)).toEqual(["order-3"]);
    expect(rest.next).toBeNull();
  });

  it("of an order that nobody knows are none", async () => {
    const page = await changes.list("801000000000009AAA", { after: undefined, limit: 2 });
    expect(page).toEqual({ changes: [], next: null });
  });
});
