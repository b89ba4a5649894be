/**
 * Dead letters: the orchestrations and activities that make and redrive them, and for administrators
 * GET /api/admin/dead-letters and POST /api/admin/dead-letters/redrive, …/{id}/redrive.
 */
import { app, type FunctionHandler } from "@azure/functions";
import * as df from "durable-functions";
import { z } from "zod";
import { lettersRequestSchema, quarantineRequestSchema, redriveRecordSchema } from "../domain/dead-letter.ts";
import { ACTIVITY } from "../orchestration/names.ts";
import { getServices } from "../services.ts";
import { measure } from "../telemetry/metrics.ts";
import { loadDeadLetters } from "../usecases/load-dead-letters.ts";
import { listDeadLetters, recordRedrives, redriveDay, redriveLetter } from "../usecases/redrive.ts";
import { forAdmin, parseRequest, readJson } from "./endpoint.ts";
import { durableClient } from "./orchestration-starter.ts";
import { refuse } from "./refuse.ts";
import { toRedriveStarter } from "./redrive-starter.ts";

/** The id of a dead letter. */
export const idSchema = z.string().regex(/^[\w-]{1,2000}$/, "is not the id of a dead letter");
/** Which letters. */
export const querySchema = z.strictObject({
  day: z.iso.date().optional(),
  after: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A day of dead letters (UTC). */
export const daySchema = z.strictObject({ day: z.iso.date() });

/** Letters of a day, or of the last seven. */
export const getDeadLetters = forAdmin(async ({ request, services }) => {
  const query = parseRequest(querySchema, Object.fromEntries(request.query));
  return { jsonBody: await listDeadLetters(services, query, services.now()) };
});

/** Delivers one letter again: 202, or 404, or 409 when that has been done. */
export const postRedrive = forAdmin(async ({ caller, request, context, services }) => {
  const { id } = parseRequest(z.object({ id: idSchema }), request.params);
  const wish = { id, redrivenBy: caller.userId };
  const answer = await redriveLetter(services, toRedriveStarter(context), wish);
  switch (answer.outcome) {
    case "started":
      return { status: 202, jsonBody: { instanceId: answer.instanceId } };
    case "unknown":
      return refuse(404, "Not found", "There is no such dead letter.");
    case "alreadyRedriven":
      return refuse(409, "Conflict", "This letter was redriven already.");
  }
});

/** Delivers the letters of a day again, and says how many are left for a further call. */
export const postRedriveDay = forAdmin(async ({ caller, request, context, services }) => {
  const { day } = await readJson(request, daySchema);
  const wish = { day, redrivenBy: caller.userId };
  return { status: 202, jsonBody: await redriveDay(services, toRedriveStarter(context), wish) };
});

const quarantineRecipients: FunctionHandler = async (input) => {
  const request = quarantineRequestSchema.parse(input);
  const report = await getServices().quarantineRecipients(request);
  measure("orderbell.dead_letters", request.failed.length, {});
  return report;
};

const loadLetters: FunctionHandler = (input, context) => {
  const { deadLetters, now } = getServices();
  const deps = { deadLetters, isUnderWay: toRedriveStarter(context).isUnderWay };
  return loadDeadLetters(deps, lettersRequestSchema.parse(input), now());
};

const recordResults: FunctionHandler = (input) => {
  const services = getServices();
  return recordRedrives(services, redriveRecordSchema.parse(input), services.now());
};

df.app.activity(ACTIVITY.quarantineRecipients, { handler: quarantineRecipients });
df.app.activity(ACTIVITY.loadDeadLetters, { handler: loadLetters, extraInputs: [durableClient] });
df.app.activity(ACTIVITY.recordRedrives, { handler: recordResults });

const route = "api/admin/dead-letters";
app.http("getDeadLetters", { route, methods: ["GET"], authLevel: "anonymous", handler: getDeadLetters });
app.http("postRedriveDay", {
  route: `${route}/redrive`,
  methods: ["POST"],
  authLevel: "anonymous",
  extraInputs: [durableClient],
  handler: postRedriveDay,
});
app.http("postRedrive", {
  route: `${route}/{id}/redrive`,
  methods: ["POST"],
  authLevel: "anonymous",
  extraInputs: [durableClient],
  handler: postRedrive,
});
