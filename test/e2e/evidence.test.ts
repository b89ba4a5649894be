import { createPublicKey } from "node:crypto";
import { InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { archiveHistories } from "../../src/audit/archive-histories.ts";
import { createSigner } from "../../src/audit/create-signer.ts";
import { createEvidenceArchive } from "../../src/audit/evidence-archive.ts";
import { verifyEvidence } from "../../src/audit/evidence.ts";
import { publicJwkSchema } from "../../src/audit/evidence-signature.ts";
import { toDurableHistories } from "../../src/functions/durable-histories.ts";
import { durableClient } from "../../src/functions/orchestration-starter.ts";
import { openArchiveProgress } from "../../src/storage/archive-progress.ts";
import { openEvidenceBlobs } from "../../src/storage/evidence-blobs.ts";
import { openEvidenceTable } from "../../src/storage/evidence-table.ts";
import { type Person, until } from "../support/app-client.ts";
import { CONFIGURATION, createPem } from "../support/evidence.ts";
import { startApp } from "../support/start-app.ts";

const keysSchema = z.object({ keys: z.array(z.record(z.string(), z.string())) });

const EVIDENCE_KEY = createPem();
const app = await startApp({ settings: { EVIDENCE_KEY } });
const auditor = await app.signIn("audrey", ["OrderBell.Auditor"]);

/** An escalation that is started by a test, and waits. */
const RUNNING = `escalate-8236188000000-${"e".repeat(22)}`;
const ACCOUNT = "001000000000001AAA";
let lastOrder = 0;
const createOrder = () => `801${String((lastOrder += 1)).padStart(12, "0")}AAA`;

/** Posts a version of an order and waits until it is told; answers the instances of the order. */
async function change(orderId: string, status: string, second: number): Promise<string[]> {
  const before = await app.orchestrations(orderId);
  await app.postOrders({
    Id: orderId,
    AccountId: ACCOUNT,
    Status: status,
    CreatedDate: "2026-11-22T10:00:00.000Z",
    SystemModstamp: `2026-11-22T10:00:${String(second).padStart(2, "0")}.000Z`,
  });
  return until(async () => {
    const all = await app.orchestrations(orderId);
    const ended = all.filter(({ runtimeStatus }) => runtimeStatus === "Completed");
    return (
      ended.length > before.length && ended.length === all.length && ended.map(({ instanceId }) => instanceId)
    );
  });
}

const getEvidence = (person: Person, instanceId: string) =>
  person.call("GET", `/api/audit/orchestrations/${encodeURIComponent(instanceId)}/evidence`);

/** The invocation of a function of the app, as its host gives it. */
function createContext(): InvocationContext {
  const context = new InvocationContext({ options: { extraInputs: [durableClient] } });
  const hub = `${app.url}/runtime/webhooks/durabletask`;
  const instance = `${hub}/instances/INSTANCEID?code=local`;
  context.extraInputs.set(durableClient, {
    taskHubName: "hub",
    creationUrls: {},
    managementUrls: { id: "INSTANCEID", statusQueryGetUri: instance, purgeHistoryDeleteUri: instance },
    baseUrl: hub,
    requiredQueryStringParameters: "code=local",
  });
  return context;
}

/** The hourly timer, so many days later. */
function runTimerAfter(days: number) {
  const now = () => new Date(Date.now() + days * 86_400_000);
  const archive = createEvidenceArchive({
    table: openEvidenceTable(app.storage),
    blobs: openEvidenceBlobs(app.storage),
    openSigner: () => createSigner(EVIDENCE_KEY),
    configuration: CONFIGURATION,
    codeVersion: "test",
    nodeVersion: process.version,
    now,
  });
  const deps = { archive, progress: openArchiveProgress(app.storage), retentionDays: 30, now };
  return archiveHistories(deps, toDurableHistories(createContext()));
}

describe("evidence", () => {
  it("is given to auditors as one signed file, the same each time, chained to the order's earlier one", async () => {
    await app.follow("ada", `account:${ACCOUNT}`);
    const orderId = createOrder();
    const [first = ""] = await change(orderId, "Draft", 1);
    const second = (await change(orderId, "Activated", 2)).find((id) => id !== first) ?? "";

    const answer = await getEvidence(auditor, first);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${first}.evidence.ndjson"`);
    const text = await answer.text();
    expect(await (await getEvidence(auditor, first)).text()).toBe(text);

    const { keys } = keysSchema.parse(await (await auditor.call("GET", "/api/audit/keys")).json());
    const own = createPublicKey(EVIDENCE_KEY).export({ format: "jwk" });
    expect(keys).toEqual([expect.objectContaining({ ...own, alg: "ES256", use: "sig" })]);
    const { header, sha256, histories, codeVersion, keyThumbprint } = await verifyEvidence(text, {
      key: publicJwkSchema.strip().parse(keys[0]),
    });
    expect(header).toMatchObject({ instanceId: first, chain: orderId, previous: null });
    expect(keyThumbprint).toBe(keys[0]?.["kid"]);
    expect(codeVersion.recorded).toBe(codeVersion.archived);
    expect(JSON.stringify(histories)).toContain('"userId":"ada"');

    const next = await verifyEvidence(await (await getEvidence(auditor, second)).text());
    expect(next.header.previous).toEqual({ instanceId: first, sha256 });
  });

  it("is for auditors alone, and every access is written down", async () => {
    const [id = ""] = await change(createOrder(), "Draft", 1);
    const admin = await app.signIn("admin", ["OrderBell.Admin"]);
    for (const path of [`/api/audit/orchestrations/${id}/evidence`, "/api/audit/keys"]) {
      expect((await admin.call("GET", path)).status).toBe(403);
      expect((await fetch(app.url + path)).status).toBe(401);
    }
    await getEvidence(auditor, id);
    const day = new Date().toISOString().slice(0, 10);
    const accesses = await (await auditor.call("GET", `/api/audit/accesses?day=${day}`)).text();
    expect(accesses).toContain(`"action":"evidence","subject":"${id}"`);
  });

  it("does not exist of what is unknown or decides nothing, nor of what still runs", async () => {
    const orderId = createOrder();
    const unknown = await getEvidence(auditor, `order-${orderId}-${"0".repeat(22)}`);
    expect(unknown.status).toBe(404);
    expect((await getEvidence(auditor, "groups-x-2026-11-22")).status).toBe(404);
    expect((await getEvidence(auditor, "a b")).status).toBe(400);

    const url = `${app.url}/runtime/webhooks/durabletask/orchestrators/escalateNotification/${RUNNING}?code=local`;
    // As one that a receipt came before: it keeps its place for a minute.
    const body = JSON.stringify({ receivedAt: new Date().toISOString() });
    const headers = { "content-type": "application/json" };
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(202);
    const running = await getEvidence(auditor, RUNNING);
    expect(running.status).toBe(409);
    expect(await running.text()).toContain("still running");
  });

  it("outlives Durable's history, which is removed in time; what was told once is never told again", async () => {
    const orderId = createOrder();
    const [id = ""] = await change(orderId, "Draft", 1);
    const inbox = await (await app.signIn("ada")).inbox();

    const early = await runTimerAfter(1);
    expect(early).toMatchObject({ removed: 0, failures: [], finished: true });
    expect(early.archived).toBeGreaterThan(0);
    const { removed, failures } = await runTimerAfter(31);
    expect(failures).toEqual([]);
    expect(removed).toBeGreaterThan(0);
    expect(await app.orchestrations(orderId)).toEqual([]);
    // The escalation of the other test still waits.
    expect(
      (await fetch(`${app.url}/runtime/webhooks/durabletask/instances/${RUNNING}?code=local`)).status,
    ).toBe(202);

    const kept = await verifyEvidence(await (await getEvidence(auditor, id)).text());
    expect(kept.header.instanceId).toBe(id);
    const timeline = await (await auditor.call("GET", `/api/audit/orchestrations/${id}`)).json();
    expect(timeline).toMatchObject({ instanceId: id, source: "evidence" });
    const replay = await auditor.call("POST", `/api/audit/orchestrations/${id}/replay`);
    expect(await replay.json()).toMatchObject({ source: "evidence", verdict: "reproduced" });

    const again = await app.postOrders({
      Id: orderId,
      AccountId: ACCOUNT,
      Status: "Draft",
      CreatedDate: "2026-11-22T10:00:00.000Z",
      SystemModstamp: "2026-11-22T10:00:01.000Z",
    });
    expect(again.acknowledged).toBe(true);
    expect(await app.orchestrations(orderId)).toEqual([]);
    expect((await (await app.signIn("ada")).inbox()).items).toEqual(inbox.items);
  });
});
