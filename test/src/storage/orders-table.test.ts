import { describe, expect, it } from "vitest";
import type { Claim } from "../../../src/domain/claim.ts";
import { openOrdersTable } from "../../../src/storage/orders-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createOrderChange } from "../../support/order-change.ts";

const orders = openOrdersTable(claimStorage());
const at = "2026-11-22T10:00:00.000Z";
const lease = { owner: "me", until: "2026-11-22T10:00:30.000Z" };
const claim: Claim = { transition: { outcome: "silent", reason: "unchanged" }, decidedAt: at, link: null };

let count = 0;
/** A recorded change of an order of its own, as a claim reads it. */
async function record() {
  count += 1;
  const orderId = `801${String(count).padStart(12, "0")}AAA`;
  const change = createOrderChange({ orderId, core: { Id: orderId } });
  await orders.insertChange(change, "order-1", lease, at);
  const known = { ...change, isBaseline: false };
  const [changeRow, orderRow] = [await orders.readChange(change), await orders.readOrder(orderId)];
  return { change, instanceId: "order-1", claim, changeRow, orderRow, known };
}

describe("a claim", () => {
  it("is refused when the order moved on since it was read", async () => {
    const first = await record();
    expect(await orders.commitClaim(first)).toBe(true);
    const { change } = first;
    const [changeRow, orderRow] = [await orders.readChange(change), await orders.readOrder(change.orderId)];
    const later = { ...first, changeRow, orderRow };
    expect(await orders.commitClaim({ ...later, changeRow, orderRow: undefined })).toBe(false);
    expect(await orders.commitClaim(later)).toBe(true);
    const fresh = await orders.readChange(change);
    expect(await orders.commitClaim({ ...later, changeRow: fresh })).toBe(false);
  });

  it("is refused when the change was marked since it was read", async () => {
    const commit = await record();
    if (commit.changeRow) await orders.markStarted(commit.change, commit.changeRow);
    expect(await orders.commitClaim(commit)).toBe(false);
    expect(await orders.readOrder(commit.change.orderId)).toBeUndefined();
  });

  it("is written for a change whose row is gone, so that its order is not lost", async () => {
    const commit = await record();
    const orphan = createOrderChange({ ...commit.change, changeHash: "b".repeat(22) });
    expect(await orders.commitClaim({ ...commit, change: orphan, changeRow: undefined })).toBe(true);
    expect(await orders.readChange(orphan)).toMatchObject({ state: "started", claim });
  });
});

describe("a lease", () => {
  it("goes to one of two who try to take it over at once", async () => {
    const { change, changeRow } = await record();
    if (changeRow === undefined) throw new Error("expected a row");
    const take = (owner: string) => orders.takeLease(change, changeRow, { owner, until: at });
    await take("first");
    await take("second");
    expect(await orders.readChange(change)).toMatchObject({ leaseOwner: "first" });
  });
});
