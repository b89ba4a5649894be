/** GET /api/audit/coverage: which order versions Salesforce told us by which route. */
import { app } from "@azure/functions";
import { z } from "zod";
import { readCoverage } from "../usecases/read-coverage.ts";
import { forAuditAccess } from "./audit-access.ts";
import { parseRequest } from "./endpoint.ts";

/** Any instant is understood; beyond the last whole day of the year 9999 no window could end. */
const instantSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .refine((instant) => /^\d{4}-/.test(instant) && instant < "9999-12-31", { error: "is out of range" });

/** Which period. */
export const querySchema = z.object({ from: instantSchema, to: instantSchema });

/** Counts per window of the range. */
export const getCoverage = forAuditAccess("coverage", async ({ request, services }) => {
  const query = parseRequest(querySchema, Object.fromEntries(request.query));
  return { jsonBody: await readCoverage(services, query) };
});

app.http("getCoverage", {
  route: "api/audit/coverage",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: getCoverage,
});
