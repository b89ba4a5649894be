import { describe, expect, it } from "vitest";
import type { SeenVersion } from "../../../src/domain/coverage.ts";
import { ChangeNotStartedError } from "../../../src/domain/errors.ts";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { type Polling, startPolling } from "../../support/polling.ts";

const storage = claimStorage();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const readReconciliation = async (polling: Polling) =>
  (await polling.watermarks.reconciliation.read())?.state;

async function readRoutes(polling: Polling, from: string, to: string): Promise<SeenVersion["routes"][]> {
  const seen: SeenVersion["routes"][] = [];
  for await (const page of polling.sightings.read(from, to)) seen.push(...page.map(({ routes }) => routes));
  return seen;
}

/** Polled at 10:00, when the silent window ended, and `hours` later. */
async function startPolled(hours: number, o: { pageRows?: number } = {}): Promise<Polling> {
  const polling = await startPolling(storage, o);
  await polling.poll();
  polling.advance(hours * HOUR);
  await polling.poll();
  return polling;
}

describe("the nightly reconciliation", () => {
  it("does nothing before polling has run, nor before its silent first window is finished", async () => {
    const polling = await startPolling(storage, { pageRows: 1 });
    await polling.reconcile();
    polling.source.rows = [polling.row(1), polling.row(2)];
    polling.source.failAt("queryMore", new SalesforceError("timeout", "No answer."));
    await polling.poll();
    const before = polling.source.calls.length;
    await polling.reconcile();
    expect(polling.source.calls).toHaveLength(before);
    expect(await readReconciliation(polling)).toBeUndefined();
  });

  it("finds what both routes missed, and notes the sighting only of that", async () => {
    const polling = await startPolling(storage);
    await polling.poll();
    polling.advance(2 * HOUR);
    const polled = polling.row(1, { SystemModstamp: "2026-11-22T11:00:00.000+0000" });
    polling.source.rows = [polled];
    await polling.poll();
    polling.advance(2 * HOUR);
    await polling.poll();
    const missed = polling.row(2, { SystemModstamp: "2026-11-22T11:00:01.000+0000" });
    polling.source.rows = [polled, missed];
    polling.advance(MINUTE);
    await polling.poll();
    expect(polling.starter.started.map(({ orderId }) => orderId)).toEqual([polled["Id"]]);
    await polling.createProcess().reconcile();
    expect(polling.starter.started.map(({ orderId }) => orderId)).toEqual([polled["Id"], missed["Id"]]);
    expect(polling.starter.started[1]).toMatchObject({ route: "reconciliation" });
    const routes = await readRoutes(polling, "2026-11-22T11:00:00.000Z", "2026-11-22T12:00:00.000Z");
    expect(routes.map((one) => one.join()).sort()).toEqual(["poll", "reconciliation"]);
    expect(await readReconciliation(polling)).toEqual({
      finishedAt: polling.now().toISOString(),
      missed: 1,
      problem: null,
    });
    expect(polling.log.warnings).toEqual(["The reconciliation found 1 changes that both routes had missed."]);
    await polling.reconcile();
    expect(await readReconciliation(polling)).toMatchObject({ missed: 0 });
  });

  it("asks no order anew in a process that has polled them", async () => {
    const polling = await startPolling(storage);
    await polling.poll();
    polling.advance(HOUR);
    polling.source.rows = [polling.row(1, { SystemModstamp: "2026-11-22T10:30:00.000+0000" })];
    await polling.poll();
    const before = polling.countStorageCalls();
    await polling.reconcile();
    expect(polling.countStorageCalls()).toBe(before);
  });

  it("begins where the silent first poll ended, and ends where polling itself no longer looks", async () => {
    const polling = await startPolled(2);
    await polling.reconcile();
    expect(polling.source.queries.at(-1)).toContain(
      "SystemModstamp >= 2026-11-22T10:00:00.000Z AND SystemModstamp < 2026-11-22T11:55:00.000Z",
    );
  });

  it("looks back three days when polling is older than that", async () => {
    const polling = await startPolled(100);
    await polling.reconcile();
    const from = new Date(polling.now().getTime() - 72 * HOUR).toISOString();
    expect(polling.source.queries.at(-1)).toContain(
      `SystemModstamp >= ${from} AND SystemModstamp < 2026-11-26T13:55:00.000Z`,
    );
  });

  it("keeps a problem for health until a night goes well", async () => {
    const polling = await startPolled(2);
    polling.source.failAt("query", new SalesforceError("maintenance", "Try later."));
    await polling.reconcile();
    expect(await readReconciliation(polling)).toMatchObject({
      finishedAt: null,
      problem: { problem: "maintenance", at: polling.now().toISOString() },
    });
    expect(polling.log.warnings).toEqual(["The reconciliation stopped after 0 missed changes: Try later."]);
    expect(await polling.readHealth()).toMatchObject({
      status: "degraded",
      checks: [
        {},
        { detail: expect.stringContaining("The nightly reconciliation stopped at 2026-11-22T12") },
        {},
      ],
    });
    await polling.reconcile();
    expect((await polling.readHealth()).status).toBe("ok");
  });

  it("throws when a change cannot be started, and finds it the next night", async () => {
    const polling = await startPolled(2);
    const missed = polling.row(1, { SystemModstamp: "2026-11-22T10:30:00.000+0000" });
    polling.source.rows = [missed];
    polling.starter.refused.add(missed["Id"] ?? "");
    await expect(polling.reconcile()).rejects.toThrow(ChangeNotStartedError);
    expect(await readReconciliation(polling)).toBeUndefined();
    polling.starter.refused.clear();
    polling.advance(24 * HOUR);
    await polling.poll();
    await polling.reconcile();
    expect(polling.starter.started.map(({ orderId }) => orderId)).toEqual([missed["Id"]]);
  });

  it("stops after 20 minutes with a warning, and does not call the night finished", async () => {
    const polling = await startPolled(2, { pageRows: 1 });
    polling.source.rows = [1, 2, 3].map((n) =>
      polling.row(n, { SystemModstamp: "2026-11-22T10:30:00.000+0000" }),
    );
    const { queryMoreOrders } = polling.source;
    polling.source.queryMoreOrders = (next) => {
      polling.advance(20 * MINUTE);
      return queryMoreOrders(next);
    };
    await polling.reconcile();
    expect(polling.starter.known).toHaveLength(2);
    expect(polling.log.warnings).toEqual([expect.stringContaining("ran out of time")]);
    expect(await readReconciliation(polling)).toMatchObject({ finishedAt: null });
  });

  it("makes no call while polling waits for the API calls (reconcile-orders never asks isPaused)", async () => {
    const polling = await startPolled(2);
    polling.source.usage = { used: 99, limit: 100 };
    polling.advance(MINUTE);
    await polling.poll();
    // Another process has not heard of the limit by an answer of its own.
    polling.source.usage = undefined;
    const before = polling.source.calls.length;
    Object.defineProperty(polling.source, "apiUsage", { value: undefined });
    await polling.createProcess().reconcile();
    expect(polling.source.calls).toHaveLength(before);
  });

  it("asks for nothing when polling has not come as far as three days ago (from lies after to)", async () => {
    const polling = await startPolled(2);
    polling.advance(100 * HOUR);
    const before = polling.source.calls.length;
    await polling.reconcile();
    expect(polling.source.calls).toHaveLength(before);
  });
});
