import { describe, expect, it } from "vitest";
import { openAuditAccessesTable } from "../../../src/storage/audit-accesses-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const table = openAuditAccessesTable(claimStorage());
const access = (at: string, subject = "order-1") => ({ at, userId: "iris", action: "timeline", subject });

describe("audit accesses", () => {
  it("are none before anybody looked", async () => {
    expect(await table.list("2026-11-22", { after: undefined, limit: 10 })).toEqual({
      items: [],
      next: null,
    });
  });

  it("are kept by day and read in the order of time, page after page; two of one instant are two", async () => {
    const [early, late] = [access("2026-11-22T09:00:00.000Z"), access("2026-11-22T11:00:00.000Z")];
    for (const one of [late, early, early, access("2026-11-23T00:00:00.000Z")]) await table.add(one);
    const first = await table.list("2026-11-22", { after: undefined, limit: 2 });
    expect(first).toEqual({ items: [early, early], next: expect.any(String) });
    const rest = await table.list("2026-11-22", { after: String(first.next), limit: 2 });
    expect(rest).toEqual({ items: [late], next: null });
  });
});
