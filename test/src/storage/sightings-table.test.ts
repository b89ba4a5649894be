import { describe, expect, it } from "vitest";
import type { SeenVersion } from "../../../src/domain/coverage.ts";
import { openSightingsTable, type Sighting } from "../../../src/storage/sightings-table.ts";
import { openTable, readRow } from "../../../src/storage/table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const storage = claimStorage();
const table = openSightingsTable(storage);
const at = "2026-11-22T12:00:00.000Z";

function createSighting(n: number, systemModstamp: string): Sighting {
  const orderId = `801${String(n).padStart(12, "0")}AAA`;
  return { orderId, systemModstamp, changeHash: "a".repeat(22) };
}

async function readPages(from: string, to: string, of = table): Promise<SeenVersion[][]> {
  const pages: SeenVersion[][] = [];
  for await (const page of of.read(from, to)) pages.push(page);
  return pages;
}

describe("sightings", () => {
  it("are empty before anything was noted", async () => {
    const unused = openSightingsTable(claimStorage());
    expect(await readPages("2026-11-22T10:00:00.000Z", at, unused)).toEqual([[]]);
  });

  it("keep every route that told of a version, and the last time it did", async () => {
    const sighting = createSighting(1, "2026-10-01T10:59:59.000Z");
    await table.note([sighting], "outboundMessage", at);
    await table.note([sighting], "poll", at);
    await table.note([sighting], "poll", "2026-11-22T12:05:00.000Z");
    expect(await readPages("2026-10-01T10:00:00.000Z", "2026-10-01T11:00:00.000Z")).toEqual([
      [{ hour: "2026-10-01T10:00:00.000Z", routes: ["outboundMessage", "poll"] }],
    ]);
    const row = await readRow(
      openTable(storage, "Sightings"),
      "2026-10-01T10",
      `${sighting.orderId}|${sighting.changeHash}`,
    );
    expect(row).toMatchObject({ outboundMessageAt: at, pollAt: "2026-11-22T12:05:00.000Z" });
    expect(row).not.toHaveProperty("reconciliationAt");
  });

  it("take a version that is named twice in one call once", async () => {
    const sighting = createSighting(2, "2026-10-02T10:00:00.000Z");
    await table.note([sighting, { ...sighting }], "reconciliation", at);
    expect(await readPages("2026-10-02T10:00:00.000Z", "2026-10-02T11:00:00.000Z")).toEqual([
      [{ hour: "2026-10-02T10:00:00.000Z", routes: ["reconciliation"] }],
    ]);
  });

  it("keep apart two versions of an order in one second", async () => {
    const sighting = createSighting(3, "2026-10-03T10:00:00.000Z");
    await table.note([sighting, { ...sighting, changeHash: "b".repeat(22) }], "poll", at);
    const pages = await readPages("2026-10-03T10:00:00.000Z", "2026-10-03T11:00:00.000Z");
    expect(pages.flat()).toHaveLength(2);
  });

  it("are read from the first hour up to but without the last, in order and in pages", async () => {
    const hours = ["2026-10-04T08", "2026-10-04T09", "2026-10-04T10", "2026-10-04T11"];
    const sightings = hours.flatMap((hour, index) =>
      Array.from({ length: 600 }, (_, n) => createSighting(1_000 * index + n, `${hour}:30:00.000Z`)),
    );
    await table.note(sightings, "outboundMessage", at);
    const pages = await readPages("2026-10-04T09:00:00.000Z", "2026-10-04T11:00:00.000Z");
    const expected = ["2026-10-04T09", "2026-10-04T10"].flatMap((hour) =>
      Array.from({ length: 600 }, () => `${hour}:00:00.000Z`),
    );
    expect(pages.flat().map(({ hour }) => hour)).toEqual(expected);
    expect(pages.length).toBeGreaterThan(1);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(1_000);
  });
});
