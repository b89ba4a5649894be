import { describe, expect, it, vi } from "vitest";
import { ChangeNotStartedError } from "../../../src/domain/errors.ts";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import { toInstanceId } from "../../../src/orchestration/names.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { type Polling, startPolling } from "../../support/polling.ts";

const storage = claimStorage();
const MINUTE = 60_000;

/** The n-th order, changed at this time of the day on which every test begins. */
const changedAt = (polling: Polling, n: number, time: string, values: Record<string, string> = {}) =>
  polling.row(n, { SystemModstamp: `2026-11-22T${time}.000+0000`, ...values });

/** Behind the silent first poll, which ended at 10:00:00. */
async function startBehindBaseline(o: { pageRows?: number } = {}): Promise<Polling> {
  const polling = await startPolling(storage, o);
  await polling.poll();
  polling.advance(10 * MINUTE);
  return polling;
}

describe("the silent first poll", () => {
  it("makes every living order known and tells nobody", async () => {
    const polling = await startPolling(storage);
    polling.source.rows = [polling.row(1), polling.row(2, { IsDeleted: "true" })];
    await polling.poll();
    expect(polling.starter.known).toEqual([]);
    expect(await polling.orders.readOrder(polling.row(1)["Id"] ?? "")).toMatchObject({
      isBaseline: true,
      systemModstamp: "2026-11-01T08:00:00.000Z",
      coreFields: { Status: "Draft", TotalAmount: "1100" },
    });
    expect(await polling.orders.readOrder(polling.row(2)["Id"] ?? "")).toBeUndefined();
    expect(await polling.readState()).toMatchObject({
      pollingSince: "2026-11-22T10:00:00.000Z",
      upTo: "2026-11-22T10:00:00.000Z",
      window: null,
      problem: null,
    });
  });

  it("goes on where its time ran out, run by run, and reads no row twice", async () => {
    const polling = await startPolling(storage, { pageRows: 2 });
    // All of one transaction: nothing but the ids tells them apart.
    polling.source.rows = [1, 2, 3, 4, 5, 6, 7].map((n) => polling.row(n));
    const { queryOrders, queryMoreOrders } = polling.source;
    const read: string[] = [];
    const slowly = async (page: ReturnType<typeof queryOrders>) => {
      polling.advance(30_000);
      const { orders } = await page;
      read.push(...orders.map((order) => order["Id"] ?? ""));
      return page;
    };
    polling.source.queryOrders = (soql) => slowly(queryOrders(soql));
    polling.source.queryMoreOrders = (next) => slowly(queryMoreOrders(next));
    await polling.poll();
    expect(read).toHaveLength(4);
    expect(await polling.readState()).toMatchObject({
      upTo: null,
      pollingSince: "2026-11-22T10:00:00.000Z",
      window: {
        to: "2026-11-22T10:00:00.000Z",
        after: { systemModstamp: "2026-11-01T08:00:00.000Z", id: polling.row(4)["Id"] },
      },
    });
    await polling.poll();
    expect(read).toEqual(polling.source.rows.map((row) => row["Id"]));
    expect(await polling.readState()).toMatchObject({ upTo: "2026-11-22T10:00:00.000Z", window: null });
    expect(polling.starter.known).toEqual([]);
  });

  it("does not write over an order of which an outbound message told meanwhile", async () => {
    const polling = await startPolling(storage);
    await polling.tell(polling.row(1, { Status: "Approved" }));
    await polling.claimStarted();
    polling.source.rows = [polling.row(1)];
    await polling.poll();
    expect(await polling.orders.readOrder(polling.row(1)["Id"] ?? "")).toMatchObject({
      isBaseline: false,
      coreFields: { Status: "Approved" },
    });
  });

  it("is silent also about what its overlap reads again, but not about late rows and newer versions", async () => {
    const polling = await startPolling(storage);
    const old = changedAt(polling, 1, "09:58:00");
    polling.source.rows = [old, changedAt(polling, 2, "09:59:00")];
    await polling.poll();
    const late = changedAt(polling, 3, "09:59:30", { CreatedDate: "2026-11-22T09:59:30.000+0000" });
    const newer = changedAt(polling, 2, "10:01:30", { Status: "Approved" });
    polling.source.rows = [old, late];
    polling.advance(MINUTE);
    await polling.poll();
    expect(await polling.claimStarted()).toMatchObject([
      { outcome: "news", kinds: ["created"], before: "none" },
    ]);
    polling.source.rows = [old, late, newer];
    polling.advance(MINUTE);
    await polling.poll();
    expect(await polling.claimStarted()).toMatchObject([
      { outcome: "news", kinds: ["statusChanged"], before: "known" },
    ]);
  });

  it("starts nothing for an order that was deleted before it (skipped by it, met again by the overlap)", async () => {
    const polling = await startPolling(storage);
    polling.source.rows = [changedAt(polling, 1, "09:59:00", { IsDeleted: "true" })];
    await polling.poll();
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.starter.known).toEqual([]);
  });

  it("lets an outbound message tell of a version that it kept silent about", async () => {
    const polling = await startPolling(storage);
    const order = changedAt(polling, 1, "09:59:00");
    polling.source.rows = [order];
    await polling.poll();
    await polling.tell(order);
    expect(await polling.claimStarted()).toMatchObject([{ outcome: "news", before: "unknown" }]);
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.starter.known).toHaveLength(1);
  });
});

describe("a first poll that fails", () => {
  it("tells nobody of what changed before the one that succeeds (its window is kept as of the first try)", async () => {
    const polling = await startPolling(storage);
    polling.source.failAt("query", new SalesforceError("loginRefused", "Renew the secret."));
    await polling.poll();
    polling.advance(30 * MINUTE);
    polling.source.rows = [
      changedAt(polling, 1, "10:20:00", { CreatedDate: "2026-11-22T10:20:00.000+0000" }),
    ];
    await polling.poll();
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.starter.known).toEqual([]);
  });
});

describe("the watermark", () => {
  it("stays where it is when a start fails, and the next run takes the rest: no row twice, none lost", async () => {
    const polling = await startBehindBaseline({ pageRows: 2 });
    polling.source.rows = [1, 2, 3, 4, 5].map((n) => changedAt(polling, n, "10:05:00"));
    const refused = polling.source.rows[3]?.["Id"] ?? "";
    polling.starter.refused.add(refused);
    await expect(polling.poll()).rejects.toThrow(ChangeNotStartedError);
    expect((await polling.readState())?.window?.after).toEqual({
      systemModstamp: "2026-11-22T10:05:00.000Z",
      id: polling.source.rows[1]?.["Id"],
    });
    expect(polling.starter.started.map(({ orderId }) => orderId)).not.toContain(refused);
    polling.starter.refused.clear();
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.starter.started.map(({ orderId }) => orderId).sort()).toEqual(
      polling.source.rows.map((row) => row["Id"]),
    );
    expect(await polling.readState()).toMatchObject({ window: null, upTo: "2026-11-22T10:10:00.000Z" });
  });

  it("is not moved before every change of the page is started", async () => {
    const polling = await startBehindBaseline();
    polling.source.rows = [changedAt(polling, 1, "10:05:00"), changedAt(polling, 2, "10:06:00")];
    const before = await polling.readState();
    const seen: unknown[] = [];
    polling.starter.beforeStart = async () => void seen.push(await polling.readState());
    await polling.poll();
    expect(seen).toEqual([before, before]);
  });

  it("parts rows with one stamp at the border of two pages by their ids when the locator has expired", async () => {
    const polling = await startBehindBaseline({ pageRows: 2 });
    polling.source.rows = [1, 2, 3, 4, 5].map((n) => changedAt(polling, n, "10:05:00"));
    polling.source.failAt("queryMore", new SalesforceError("locatorExpired", "The page is gone."));
    await polling.poll();
    expect(polling.log).toMatchObject({ infos: ["Polling stopped: The page is gone."], warnings: [] });
    expect(JSON.stringify(await polling.readHealth())).not.toContain("stopped");
    await polling.poll();
    expect(polling.starter.started.map(({ orderId }) => orderId).sort()).toEqual(
      polling.source.rows.map((row) => row["Id"]),
    );
    expect(await polling.readState()).toMatchObject({ window: null, problem: null });
  });

  it("goes on behind a page that ends with a leap second (its position is no whole second)", async () => {
    const polling = await startPolling(storage, { pageRows: 1 });
    polling.source.rows = [
      polling.row(1, { SystemModstamp: "2016-12-31T23:59:60.000+0000" }),
      polling.row(2, { SystemModstamp: "2017-01-01T00:00:00.000+0000" }),
    ];
    polling.source.failAt("queryMore", new SalesforceError("locatorExpired", "The page is gone."));
    await polling.poll();
    await polling.poll();
    await polling.poll();
    expect(await polling.readState()).toMatchObject({ window: null, problem: null });
  });

  it("is written by one of two runs at once; no change starts twice", async () => {
    const polling = await startBehindBaseline();
    polling.source.rows = [1, 2, 3].map((n) => changedAt(polling, n, "10:05:00"));
    // Neither goes on before both have read the watermark.
    let asked = 0;
    const { queryOrders } = polling.source;
    polling.source.queryOrders = async (soql) => {
      asked += 1;
      await vi.waitUntil(() => asked >= 2);
      return queryOrders(soql);
    };
    await Promise.all([polling.poll(), polling.createProcess().poll()]);
    expect(polling.log.infos).toEqual(["Another run polls at the same time and goes on."]);
    expect(new Set(polling.starter.known).size).toBe(3);
    expect(polling.starter.known).toHaveLength(3);
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.starter.known).toHaveLength(3);
  });

  it("makes no call when the clock has not moved on", async () => {
    const polling = await startPolling(storage);
    await polling.poll();
    const before = polling.source.calls.length;
    await polling.poll();
    expect(polling.source.calls).toHaveLength(before);
  });
});

describe("the overlap", () => {
  it.each([1, 2, 3, 4, 5])("finds a row that becomes visible %i minutes late", async (minutes) => {
    const polling = await startBehindBaseline();
    const late = changedAt(polling, 1, "10:09:59");
    for (let minute = 0; minute < 7; minute++) {
      if (minute === minutes) polling.source.rows.push(late);
      await polling.poll();
      polling.advance(MINUTE);
    }
    expect(polling.starter.started.map(({ orderId }) => orderId)).toEqual([late["Id"]]);
  });

  it("finds a row that becomes visible behind the position while a window takes several runs", async () => {
    const polling = await startBehindBaseline({ pageRows: 1 });
    polling.source.rows = [changedAt(polling, 2, "10:05:00"), changedAt(polling, 3, "10:06:00")];
    polling.source.failAt("queryMore", new SalesforceError("timeout", "No answer."));
    await polling.poll();
    const late = changedAt(polling, 1, "10:05:00");
    polling.source.rows.push(late);
    await polling.poll();
    expect(polling.starter.started.map(({ orderId }) => orderId)).not.toContain(late["Id"]);
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.starter.started.map(({ orderId }) => orderId)).toContain(late["Id"]);
  });

  it("costs no storage operation twice in one process, and starts nothing in another", async () => {
    const polling = await startBehindBaseline();
    polling.source.rows = [1, 2, 3].map((n) => changedAt(polling, n, "10:09:00"));
    await polling.poll();
    polling.advance(MINUTE);
    const before = polling.countStorageCalls();
    await polling.poll();
    expect(polling.source.queries.at(-1)).toContain("SystemModstamp >= 2026-11-22T10:05:00.000Z");
    expect(polling.countStorageCalls()).toBe(before);
    polling.advance(MINUTE);
    await polling.createProcess().poll();
    expect(polling.starter.known).toHaveLength(3);
  });

  it("costs none either for what the silent first poll read", async () => {
    const polling = await startPolling(storage);
    polling.source.rows = [changedAt(polling, 1, "09:59:00")];
    await polling.poll();
    polling.advance(MINUTE);
    await polling.poll();
    polling.advance(MINUTE);
    const before = polling.countStorageCalls();
    await polling.poll();
    expect(polling.countStorageCalls()).toBe(before);
  });
});

describe("an order", () => {
  it("that was deleted is told as deleted, and no outbound message is missed for it", async () => {
    const polling = await startPolling(storage);
    polling.source.rows = [polling.row(1)];
    await polling.poll();
    polling.advance(10 * MINUTE);
    polling.source.rows = [changedAt(polling, 1, "10:05:00", { IsDeleted: "true" })];
    await polling.poll();
    expect(await polling.claimStarted()).toMatchObject([{ outcome: "news", kinds: ["deleted"] }]);
    expect((await polling.readState())?.webhook.unheard).toBe(0);
  });

  it("that cannot be read is passed over with a warning and does not hold up the others", async () => {
    const polling = await startBehindBaseline();
    const bad = changedAt(polling, 1, "10:05:00", { TotalAmount: "a lot" });
    polling.source.rows = [bad, changedAt(polling, 2, "10:06:00")];
    await polling.poll();
    expect(polling.starter.started.map(({ orderId }) => orderId)).toEqual([polling.row(2)["Id"]]);
    expect(polling.log.warnings).toEqual([expect.stringContaining(`The order ${bad["Id"]} was passed over`)]);
    expect(await polling.readState()).toMatchObject({ upTo: "2026-11-22T10:10:00.000Z" });
  });

  it("that both routes tell of starts once, however differently they spell it", async () => {
    const polling = await startBehindBaseline();
    const order = changedAt(polling, 1, "10:05:00");
    polling.source.rows = [order];
    await polling.tell({ ...order, Id: order["Id"]?.slice(0, 15) ?? null });
    await polling.poll();
    expect(polling.starter.known).toEqual(polling.starter.started.map(toInstanceId));
    expect(polling.starter.known).toHaveLength(1);
    expect((await polling.readState())?.webhook.lastHeardAt).toBe(polling.now().toISOString());
  });
});
