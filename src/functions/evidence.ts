/**
 * Evidence: GET /api/audit/orchestrations/{instanceId}/evidence, GET /api/audit/keys, and the hourly timer that archives
 * what has ended and removes Durable's histories after their retention.
 */
import { app, type InvocationContext, type Timer } from "@azure/functions";
import { z } from "zod";
import { archiveHistories } from "../audit/archive-histories.ts";
import { toRootInstanceId } from "../audit/evidence-chain.ts";
import { toThumbprint } from "../audit/evidence-signature.ts";
import { getServices } from "../services.ts";
import { forAuditAccess } from "./audit-access.ts";
import { toDurableHistories, toLiveHistories } from "./durable-histories.ts";
import { parseRequest } from "./endpoint.ts";
import { durableClient } from "./orchestration-starter.ts";
import { refuse } from "./refuse.ts";

/** Which orchestration. */
export const paramsSchema = z.object({
  instanceId: z.string().regex(/^[\w:-]{1,100}$/, "is not the id of an orchestration"),
});

/** The file, archived now unless it was; 404 for what is unknown or leaves no evidence, 409 while it runs. */
export const getEvidence = forAuditAccess("evidence", async ({ request, context, services }) => {
  const { instanceId } = parseRequest(paramsSchema, request.params);
  const evidence = await services.evidenceArchive.archive(instanceId, toLiveHistories(context));
  if (evidence === undefined) return refuse(404, "Not found", "There is no evidence of this orchestration.");
  if (evidence === "running")
    return refuse(409, "Conflict", "The orchestration, or a part of it, is still running.");
  // A part has no file of its own.
  const fileName = `${toRootInstanceId(instanceId).replaceAll(":", "-")}.evidence.ndjson`;
  return {
    headers: {
      "content-type": "application/x-ndjson",
      "content-disposition": `attachment; filename="${fileName}"`,
      "cache-control": "no-store",
      etag: `"${evidence.sha256}"`,
    },
    body: evidence.text,
  };
});

/** A JWKS (RFC 7517) of every key that signed evidence here. */
export const getAuditKeys = forAuditAccess("keys", async ({ services }) => {
  const keys = await services.evidenceArchive.listKeys();
  const named = keys.map(async (jwk) => ({ ...jwk, kid: await toThumbprint(jwk), alg: "ES256", use: "sig" }));
  return {
    headers: { "content-type": "application/jwk-set+json" },
    body: JSON.stringify({ keys: await Promise.all(named) }),
  };
});

/** Every hour. */
export async function archiveEvidence(_timer: Timer, context: InvocationContext): Promise<void> {
  const { archiveDeps: deps } = getServices();
  // Without a key nothing can be archived, and then nothing may be removed.
  if (!deps.archive.isOn) return;
  const report = await archiveHistories(deps, toDurableHistories(context));
  for (const failure of report.failures) context.warn(`Not archived: ${failure}`);
  context.log(
    `Evidence of ${report.archived} orchestrations; ${report.removed} histories removed; ${report.waiting} looked at again` +
      `${report.finished ? "" : "; the rest is left for the next hour"}.`,
  );
}

const extraInputs = [durableClient];
app.http("getEvidence", {
  route: "api/audit/orchestrations/{instanceId}/evidence",
  methods: ["GET"],
  authLevel: "anonymous",
  extraInputs,
  handler: getEvidence,
});
app.http("getAuditKeys", {
  route: "api/audit/keys",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: getAuditKeys,
});
// Not with the timers of the full hour.
app.timer("archiveEvidence", { schedule: "0 7 * * * *", extraInputs, handler: archiveEvidence });
