import { describe, expect, it } from "vitest";
import { ChangeNotStartedError } from "../../../src/domain/errors.ts";
import type { SeenVersion } from "../../../src/domain/coverage.ts";
import type { PolledOrders } from "../../../src/usecases/take-polled-orders.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { type Polling, startPolling } from "../../support/polling.ts";

const storage = claimStorage();
const pollingSince = "2026-11-22T10:00:00.000Z";

function toPolled(polling: Polling, rows: PolledOrders["rows"], o: Partial<PolledOrders> = {}): PolledOrders {
  return { rows, route: "poll", pollingSince, warn: polling.log.warn, ...o };
}

/** Each test stamps its orders in an hour of its own. */
const stamp = (hour: number) => `2026-11-${10 + hour}T11:00:00.000+0000`;

async function readSightings(polling: Polling, hour: number): Promise<SeenVersion[]> {
  const day = `2026-11-${10 + hour}`;
  const pages: SeenVersion[] = [];
  for await (const page of polling.sightings.read(`${day}T11:00:00.000Z`, `${day}T12:00:00.000Z`)) {
    pages.push(...page);
  }
  return pages;
}

describe("taking polled orders", () => {
  it("starts each change, notes that polling saw it, and counts what outbound messages told of before", async () => {
    const polling = await startPolling(storage);
    const rows = [1, 2, 3].map((n) => polling.row(n, { SystemModstamp: stamp(1) }));
    await polling.tell(...rows.slice(0, 1));
    const found = await polling.takePolledOrders.take(toPolled(polling, rows), polling.starter);
    expect(found).toEqual({ heard: 1, unheard: 2 });
    expect(polling.starter.known).toHaveLength(3);
    const sightings = (await readSightings(polling, 1)).map(({ routes }) => routes.join(" and "));
    expect(sightings.sort()).toEqual(["outboundMessage and poll", "poll", "poll"]);
  });

  it("takes a hundred and more rows of one page", async () => {
    const polling = await startPolling(storage);
    const rows = Array.from({ length: 250 }, (_, n) => polling.row(n, { SystemModstamp: stamp(2) }));
    const found = await polling.takePolledOrders.take(toPolled(polling, rows), polling.starter);
    expect(found).toEqual({ heard: 0, unheard: 250 });
    expect(new Set(polling.starter.known).size).toBe(250);
    expect(await readSightings(polling, 2)).toHaveLength(250);
  });

  it("remembers nothing of a page that was not started as a whole", async () => {
    const polling = await startPolling(storage);
    const rows = [1, 2].map((n) => polling.row(n, { SystemModstamp: stamp(3) }));
    polling.starter.refused.add(rows[1]?.["Id"] ?? "");
    const take = () => polling.takePolledOrders.take(toPolled(polling, rows), polling.starter);
    await expect(take()).rejects.toThrow(ChangeNotStartedError);
    polling.starter.refused.clear();
    polling.advance(31_000);
    await take();
    expect(new Set(polling.starter.known).size).toBe(2);
    expect(polling.starter.known).toHaveLength(2);
    const before = polling.countStorageCalls();
    expect(await take()).toEqual({ heard: 0, unheard: 0 });
    expect(polling.countStorageCalls()).toBe(before);
  });

  it("does not take a page for taken when its sightings could not be noted", async () => {
    const polling = await startPolling(storage);
    const { note } = polling.sightings;
    polling.sightings.note = () => Promise.reject(new Error("no table"));
    const rows = [polling.row(1, { SystemModstamp: stamp(4) })];
    const take = () => polling.takePolledOrders.take(toPolled(polling, rows), polling.starter);
    await expect(take()).rejects.toThrow("no table");
    polling.sightings.note = note;
    await take();
    expect(polling.starter.known).toHaveLength(1);
    expect(await readSightings(polling, 4)).toMatchObject([{ routes: ["poll"] }]);
  });

  it("marks as found by reconciliation only what no route had recorded", async () => {
    const polling = await startPolling(storage);
    const rows = [1, 2, 3].map((n) => polling.row(n, { SystemModstamp: stamp(5) }));
    const [told, polled] = rows;
    await polling.tell(...(told ? [told] : []));
    await polling
      .createProcess()
      .takePolledOrders.take(toPolled(polling, polled ? [polled] : []), polling.starter);
    const nightly = toPolled(polling, rows, { route: "reconciliation" });
    expect(await polling.takePolledOrders.take(nightly, polling.starter)).toEqual({ heard: 1, unheard: 1 });
    const sightings = (await readSightings(polling, 5)).map(({ routes }) => routes.join());
    expect(sightings.sort()).toEqual(["outboundMessage", "poll", "reconciliation"]);
  });

  it("misses no outbound message for a deleted order", async () => {
    const polling = await startPolling(storage);
    const rows = [polling.row(1, { SystemModstamp: stamp(13), IsDeleted: "true" })];
    const found = await polling.takePolledOrders.take(toPolled(polling, rows), polling.starter);
    expect(found).toEqual({ heard: 0, unheard: 0 });
    expect(polling.starter.started).toMatchObject([{ coreFields: { IsDeleted: "true" } }]);
  });

  it.each([
    ["an amount", { TotalAmount: "1,100" }],
    ["an id", { AccountId: "Acme" }],
    ["a stamp", { SystemModstamp: "yesterday" }],
    ["no status", { Status: null }],
    ["a text that is too long", { Status: "x".repeat(1_001) }],
  ])(
    "passes over an order with %s that cannot be read, by name, in polls and in the first one",
    async (_, bad) => {
      const polling = await startPolling(storage);
      const rows = [polling.row(1, bad), polling.row(2)];
      await polling.takePolledOrders.takeBaseline(toPolled(polling, rows), polling.starter);
      expect(await polling.orders.readOrder(polling.row(2)["Id"] ?? "")).toMatchObject({ isBaseline: true });
      const later = polling.row(3, { SystemModstamp: stamp(7) });
      await polling.takePolledOrders.take(toPolled(polling, [...rows, later]), polling.starter);
      expect(polling.starter.started.map(({ orderId }) => orderId)).toEqual([later["Id"]]);
      const name = expect.stringContaining(`The order ${polling.row(1)["Id"]} was passed over: `);
      expect(polling.log.warnings).toEqual([name, name]);
    },
  );

  it("says whose Id is not there", async () => {
    const polling = await startPolling(storage);
    await polling.takePolledOrders.take(toPolled(polling, [polling.row(1, { Id: null })]), polling.starter);
    expect(polling.log.warnings).toEqual([expect.stringContaining("The order without Id was passed over")]);
  });

  it("tells of a baseline version that stands behind the silent window's end, and of one with other values", async () => {
    const polling = await startPolling(storage);
    const rows = [
      polling.row(1, { SystemModstamp: "2026-11-22T10:00:00.000+0000" }),
      polling.row(2, { SystemModstamp: "2026-11-22T09:59:59.000+0000" }),
      polling.row(3, { SystemModstamp: "2026-11-22T09:59:59.000+0000" }),
    ];
    await polling.takePolledOrders.takeBaseline(toPolled(polling, rows), polling.starter);
    const again = rows.map((row, index) => (index === 2 ? { ...row, Status: "Approved" } : row));
    await polling.takePolledOrders.take(toPolled(polling, again), polling.starter);
    const started = polling.starter.started.map(({ orderId }) => orderId);
    expect(started.sort()).toEqual([rows[0]?.["Id"], rows[2]?.["Id"]]);
  });
});
