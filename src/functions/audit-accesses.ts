/** GET /api/audit/accesses: who looked at what an audit shows; reading it is an access too. */
import { app } from "@azure/functions";
import { z } from "zod";
import { accessCursorSchema } from "../domain/audit-access.ts";
import { forAuditAccess } from "./audit-access.ts";
import { parseRequest } from "./endpoint.ts";

/** Which accesses. */
export const querySchema = z.strictObject({
  /** A UTC day; today unless given. */
  day: z.iso.date().optional(),
  after: accessCursorSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

/** The accesses of a day, oldest first. */
export const getAuditAccesses = forAuditAccess("accesses", async ({ request, services }) => {
  const { day, after, limit } = parseRequest(querySchema, Object.fromEntries(request.query));
  const asked = day ?? services.now().toISOString().slice(0, 10);
  return { jsonBody: await services.auditAccesses.list(asked, { after, limit }) };
});

app.http("getAuditAccesses", {
  route: "api/audit/accesses",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: getAuditAccesses,
});
