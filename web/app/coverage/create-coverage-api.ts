/** What the coverage page asks the API. */
import "../../client/parse-without-eval.ts";
import { z } from "zod";
import { type Coverage, coverageSchema } from "../../../src/domain/coverage.ts";
import { createRequest, type RequestOptions } from "../../client/create-request.ts";

/** The part of `GET /api/health/ready` that is shown; a check that is newer than this page is shown by its name. */
const healthSchema = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(["ok", "degraded", "unavailable", "off"]),
      detail: z.string(),
    }),
  ),
});

export type Health = z.infer<typeof healthSchema>;
export type HealthCheck = Health["checks"][number];

/** The calls of the coverage page. */
export interface CoverageApi {
  /** Who told of the order versions of a range; only auditors may ask. */
  readCoverage(range: { from: string; to: string }, signal: AbortSignal): Promise<Coverage>;
  /** Whether the routes work now; anyone may ask. */
  readHealth(signal: AbortSignal): Promise<Health>;
}

/** An app that is unavailable says so with this status, and why. */
const UNAVAILABLE = 503;

/** Makes the calls. */
export function createCoverageApi(o: RequestOptions = {}): CoverageApi {
  const { read } = createRequest(o);
  return {
    readCoverage: (range, signal) =>
      read(`/api/audit/coverage?${new URLSearchParams(range)}`, coverageSchema, { signal }),
    readHealth: (signal) => read("/api/health/ready", healthSchema, { signal }, UNAVAILABLE),
  };
}
