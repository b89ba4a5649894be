import { describe, expect, it } from "vitest";
import { ConflictError } from "../../../src/domain/errors.ts";
import { NEW_POLLING_STATE, type PollingState } from "../../../src/domain/polling.ts";
import { NEW_RECONCILIATION_STATE } from "../../../src/domain/reconciliation.ts";
import { openTable } from "../../../src/storage/table.ts";
import { openWatermarksTable } from "../../../src/storage/watermarks-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const at = "2026-11-22T10:00:00.000Z";
const busy: PollingState = {
  pollingSince: at,
  upTo: at,
  window: { from: at, to: at, after: { systemModstamp: at, id: "801000000000001AAA" } },
  finishedAt: at,
  problem: { problem: "locatorExpired", at },
  apiUsage: { used: 1, limit: 2, at },
  webhook: { lastHeardAt: at, unheard: 3, unheardSince: at },
};

describe("a watermark", () => {
  it("is not there before it is first written", async () => {
    const table = openWatermarksTable(claimStorage());
    expect(await table.polling.read()).toBeUndefined();
    expect(await table.reconciliation.read()).toBeUndefined();
  });

  it("is read as it was written, each for itself", async () => {
    const { polling, reconciliation } = openWatermarksTable(claimStorage());
    const first = await polling.write(NEW_POLLING_STATE, undefined);
    expect(await polling.read()).toEqual(first);
    const second = await polling.write(busy, first);
    expect(await polling.read()).toEqual(second);
    expect(second.state).toEqual(busy);
    expect(await reconciliation.read()).toBeUndefined();
    await reconciliation.write(NEW_RECONCILIATION_STATE, undefined);
    expect((await reconciliation.read())?.state).toEqual(NEW_RECONCILIATION_STATE);
    expect((await polling.read())?.state).toEqual(busy);
  });

  it("is written by only one of two that read it", async () => {
    const { polling } = openWatermarksTable(claimStorage());
    const writes = [NEW_POLLING_STATE, busy].map((state) => polling.write(state, undefined));
    const firsts = await Promise.allSettled(writes);
    expect(firsts.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const read = await polling.read();
    await polling.write(busy, read);
    await expect(polling.write(NEW_POLLING_STATE, read)).rejects.toThrow(ConflictError);
    await expect(polling.write(NEW_POLLING_STATE, undefined)).rejects.toThrow(
      "Another run wrote the watermark Order meanwhile.",
    );
    expect((await polling.read())?.state).toEqual(busy);
  });

  it.each([
    ["is no JSON", "{"],
    ["lacks what it should hold", JSON.stringify({ ...busy, webhook: undefined })],
    ["holds an unknown problem", JSON.stringify({ ...busy, problem: { problem: "bored", at } })],
    ["holds a time that is none", JSON.stringify({ ...busy, upTo: "yesterday" })],
  ])("that %s is refused, never taken for a first poll", async (_, state) => {
    const storage = claimStorage();
    const row = { partitionKey: "salesforce", rowKey: "Order", state };
    await openTable(storage, "Watermarks").run((client) => client.createEntity(row));
    await expect(openWatermarksTable(storage).polling.read()).rejects.toThrow();
  });
});
