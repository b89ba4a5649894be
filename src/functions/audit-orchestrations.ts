/**
 * GET /api/audit/orchestrations (finished ones of a period), GET …/{instanceId} (the timeline in words) and
 * POST …/{instanceId}/replay.
 */
import { app, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { z } from "zod";
import { auditReplay } from "../audit/audit-replay.ts";
import { createRecordReader } from "../audit/create-record-reader.ts";
import { EvidenceRefusedError } from "../audit/evidence-signature.ts";
import { readTimeline } from "../audit/read-timeline.ts";
import { UnreadableRecordError } from "../audit/unreadable-record-error.ts";
import { InvalidRequestError } from "../domain/errors.ts";
import type { Services } from "../services.ts";
import { forAuditAccess } from "./audit-access.ts";
import { parseRequest, readJson } from "./endpoint.ts";
import { listFinishedInstances } from "./finished-instances.ts";
import { durableClient } from "./orchestration-starter.ts";
import { toRecordReader } from "./record-reader.ts";
import { refuse } from "./refuse.ts";

/** Which orchestration. */
export const paramsSchema = z.object({
  instanceId: z.string().regex(/^[A-Za-z\d][\w:-]{0,119}$/, "is not the id of an orchestration"),
});

const instantSchema = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
/** Which period (UTC), and which page of it. */
export const periodSchema = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  after: z
    .string()
    .regex(/^[\w-]{1,4000}$/, "is not the `next` of an earlier answer")
    .optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

/** What happened, in words; from the archive once Durable's history is gone. */
export const getTimeline = forAuditAccess("timeline", async ({ request, context, services }) => {
  const { instanceId } = parseRequest(paramsSchema, request.params);
  return answerRecord(() => readTimeline(services, toReader(context, services), instanceId));
});

/** Runs the decision again over what is recorded, and says whether the same comes out; nothing is sent. */
export const postReplay = forAuditAccess("replay", async ({ request, context, services }) => {
  const { instanceId } = parseRequest(paramsSchema, request.params);
  await readJson(request, z.strictObject({}));
  const reader = toReader(context, services);
  return answerRecord(() => auditReplay(reader, instanceId, services.codeVersion));
});

/** Roots alone, as their parts are replayed with them; those that Durable still keeps. */
export const getOrchestrations = forAuditAccess("orchestrations", async ({ request, context }) => {
  const { after, ...query } = parseRequest(periodSchema, Object.fromEntries(request.query));
  if (query.from > query.to) throw new InvalidRequestError("`from` must not be after `to`.");
  return { jsonBody: await listFinishedInstances(context, { ...query, after }) };
});

function toReader(context: InvocationContext, { evidenceArchive }: Services) {
  return createRecordReader(toRecordReader(context), evidenceArchive);
}

async function answerRecord(read: () => Promise<object | undefined>): Promise<HttpResponseInit> {
  try {
    const answer = await read();
    if (answer === undefined) return refuse(404, "Not found", "There is no record of such an orchestration.");
    return { jsonBody: answer };
  } catch (error) {
    if (error instanceof UnreadableRecordError) {
      return refuse(422, "Unreadable record", error.message, error.details);
    }
    if (error instanceof EvidenceRefusedError) return refuse(422, "Refused evidence", error.message);
    throw error;
  }
}

const route = "api/audit/orchestrations";
const extraInputs = [durableClient];
app.http("getOrchestrations", {
  route,
  methods: ["GET"],
  authLevel: "anonymous",
  extraInputs,
  handler: getOrchestrations,
});
app.http("getTimeline", {
  route: `${route}/{instanceId}`,
  methods: ["GET"],
  authLevel: "anonymous",
  extraInputs,
  handler: getTimeline,
});
app.http("postReplay", {
  route: `${route}/{instanceId}/replay`,
  methods: ["POST"],
  authLevel: "anonymous",
  extraInputs,
  handler: postReplay,
});
