/** Evidence of a small orchestration, and what it is made with. */
import { generateKeyPairSync } from "node:crypto";
import { createSigner } from "../../src/audit/create-signer.ts";
import type { LiveHistories } from "../../src/audit/evidence-archive.ts";
import { type EvidenceContent, writeEvidence } from "../../src/audit/evidence.ts";
import type { EvidenceSigner } from "../../src/audit/evidence-signature.ts";

export const ORDER_ID = "801000000000001AAA";
export const CONFIGURATION = {
  coreFields: ["Id", "Status"],
  ruleFields: [],
  orderLink: null,
  historyRetentionDays: 30,
};
const CODE = { recorded: "0.1.0+aaaaaaaaaaaa", archived: "0.1.0+bbbbbbbbbbbb", node: "v20.20.2" };

/** A new P-256 key in PKCS#8 PEM. */
export function createPem(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** A signer with a key of its own. */
export function createTestSigner(): Promise<EvidenceSigner> {
  return createSigner(createPem());
}

/** The id of the n-th change of the order. */
export function toOrderInstanceId(number: number): string {
  return `order-${ORDER_ID}-${String(number).padStart(22, "0")}`;
}

/** A status answer, as Durable gives it. */
export function createRecord(instanceId: string, more: object = {}): object {
  return {
    name: "notifyOrderChange",
    instanceId,
    runtimeStatus: "Completed",
    input: { change: { orderId: ORDER_ID } },
    output: { outcome: "completed" },
    createdTime: "2026-11-22T10:00:00Z",
    lastUpdatedTime: "2026-11-22T10:00:01Z",
    historyEvents: [
      {
        EventType: "TaskCompleted",
        FunctionName: "claimChange",
        Input: '[{"x":1}]',
        Result: { codeVersion: "0.1.0+aaaaaaaaaaaa", name: "Größe 🔔" },
        Timestamp: "2026-11-22T10:00:00.5Z",
      },
    ],
    ...more,
  };
}

/** Writes evidence of one small orchestration. */
export function writeTestEvidence(
  signer: EvidenceSigner,
  more: Partial<EvidenceContent> = {},
): Promise<{ text: string; sha256: string }> {
  const instanceId = toOrderInstanceId(1);
  return writeEvidence({
    instanceId,
    chain: ORDER_ID,
    createdAt: "2026-11-22T11:00:00.000Z",
    previous: null,
    histories: [createRecord(instanceId)],
    configuration: CONFIGURATION,
    code: CODE,
    signer,
    ...more,
  });
}

/** Durable's histories, held in memory. */
export function createLiveHistories(records: readonly object[]): LiveHistories {
  const byId = new Map(
    records.map((record) => ["instanceId" in record ? String(record.instanceId) : "", record]),
  );
  return {
    async read(instanceId) {
      const record = byId.get(instanceId);
      return record && { record, source: "history" };
    },
    listParts: async (rootId) => [...byId.keys()].filter((id) => id.startsWith(`${rootId}:p`)).toSorted(),
  };
}
