import { describe, expect, it } from "vitest";
import type { SeenVersion } from "../../../src/domain/coverage.ts";
import { InvalidRequestError } from "../../../src/domain/errors.ts";
import { openSightingsTable } from "../../../src/storage/sightings-table.ts";
import { readCoverage } from "../../../src/usecases/read-coverage.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const nothing = { read: () => createPages([]) };

async function* createPages(pages: Iterable<SeenVersion[]>): AsyncGenerator<SeenVersion[]> {
  yield* pages;
}

describe("coverage", () => {
  it("counts what the routes noted, in the window of the version and not of the message", async () => {
    const sightings = openSightingsTable(claimStorage());
    const at = "2026-11-23T09:00:00.000Z";
    const changeHash = "a".repeat(22);
    const first = { orderId: "801000000000001AAA", systemModstamp: "2026-11-22T10:00:00.000Z", changeHash };
    const second = { ...first, systemModstamp: "2026-11-22T10:59:59.000Z", changeHash: "b".repeat(22) };
    const third = { ...first, systemModstamp: "2026-11-22T11:00:00.000Z" };
    const fourth = { ...third, orderId: "801000000000002AAA" };
    await sightings.note([first, third], "outboundMessage", at);
    await sightings.note([first, second], "poll", at);
    await sightings.note([fourth], "reconciliation", at);
    const range = { from: "2026-11-22T10:30:00.000Z", to: "2026-11-22T11:30:00.000Z" };
    expect(await readCoverage({ sightings }, range)).toEqual({
      from: "2026-11-22T10:00:00.000Z",
      to: "2026-11-22T12:00:00.000Z",
      windowHours: 1,
      windows: [
        {
          from: "2026-11-22T10:00:00.000Z",
          outboundMessageOnly: 0,
          pollOnly: 1,
          both: 1,
          reconciliationOnly: 0,
        },
        {
          from: "2026-11-22T11:00:00.000Z",
          outboundMessageOnly: 1,
          pollOnly: 0,
          both: 0,
          reconciliationOnly: 1,
        },
      ],
      totals: { outboundMessageOnly: 1, pollOnly: 1, both: 1, reconciliationOnly: 1 },
    });
  });

  it("refuses a range that ends before it starts, is empty, or is longer than 31 days", async () => {
    const from = "2026-11-01T00:00:00.000Z";
    const ask = (to: string) => readCoverage({ sightings: nothing }, { from, to });
    await expect(ask("2026-10-31T00:00:00.000Z")).rejects.toThrow(InvalidRequestError);
    await expect(ask(from)).rejects.toThrow(InvalidRequestError);
    await expect(ask("2026-12-02T00:00:00.001Z")).rejects.toThrow(InvalidRequestError);
    expect((await ask("2026-12-02T00:00:00.000Z")).windows).toHaveLength(31);
  });

  it("counts 200,000 versions and refuses one more, without reading on", async () => {
    const page: SeenVersion[] = Array.from({ length: 1_000 }, () => {
      return { hour: "2026-11-22T10:00:00.000Z", routes: ["poll"] };
    });
    const range = { from: "2026-11-22T10:00:00.000Z", to: "2026-11-22T11:00:00.000Z" };
    const full = Array.from({ length: 200 }, () => page);
    const coverage = await readCoverage({ sightings: { read: () => createPages(full) } }, range);
    expect(coverage.totals.pollOnly).toBe(200_000);

    let pagesRead = 0;
    async function* endless(): AsyncGenerator<SeenVersion[]> {
      for (;;) {
        pagesRead += 1;
        yield page;
      }
    }
    await expect(readCoverage({ sightings: { read: endless } }, range)).rejects.toThrow("a shorter range");
    expect(pagesRead).toBe(201);
  });
});
