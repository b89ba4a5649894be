import { describe, expect, it } from "vitest";
import { createEvidenceArchive } from "../../../src/audit/evidence-archive.ts";
import { toOrchestrationStarter } from "../../../src/functions/orchestration-starter.ts";
import { toInstanceId } from "../../../src/orchestration/names.ts";
import { openEvidenceBlobs } from "../../../src/storage/evidence-blobs.ts";
import { openEvidenceTable } from "../../../src/storage/evidence-table.ts";
import { openOrdersTable } from "../../../src/storage/orders-table.ts";
import { createRecordChanges } from "../../../src/usecases/record-changes.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { startDurableClient } from "../../support/durable-client.ts";
import {
  CONFIGURATION,
  createLiveHistories,
  createRecord,
  createTestSigner,
} from "../../support/evidence.ts";
import { createOrderChange } from "../../support/order-change.ts";

const storage = claimStorage();
const durable = await startDurableClient();
const signer = await createTestSigner();
const archive = createEvidenceArchive({
  table: openEvidenceTable(storage),
  blobs: openEvidenceBlobs(storage),
  openSigner: async () => signer,
  configuration: CONFIGURATION,
  codeVersion: "new",
  nodeVersion: process.version,
  now: () => new Date(),
});

describe("toOrchestrationStarter", () => {
  it("starts nothing again that failed before its claim, once its history was archived and removed", async () => {
    const change = createOrderChange();
    const id = toInstanceId(change);
    let nowMs = Date.parse("2026-11-22T10:00:00.000Z");
    const record = createRecordChanges({
      orders: openOrdersTable(storage),
      toInstanceId,
      now: () => new Date(nowMs),
      createLeaseOwner: () => `owner-${nowMs}`,
    });
    const starter = () => toOrchestrationStarter(durable.createContext(), archive);
    durable.answer((call) =>
      call.startsWith("POST") ? { status: 202, body: { id } } : { status: 404, body: {} },
    );
    await record([change], starter());
    await archive.ensure(id, createLiveHistories([createRecord(id, { runtimeStatus: "Failed" })]));

    nowMs += 31 * 24 * 60 * 60_000;
    await record([change], starter());
    expect(durable.calls.filter((call) => call.startsWith("POST"))).toHaveLength(1);
  });
});
