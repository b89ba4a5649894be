/** GET /api/health/live and /ready: for probes and people, without signing in. */
import { app, type HttpResponseInit } from "@azure/functions";
import { getServices } from "../services.ts";

/** The app answers. */
export async function getLive(): Promise<HttpResponseInit> {
  return { jsonBody: { status: "ok" } };
}

/** Degraded is still 200: taking the app out of service would make nothing better. */
export async function getReady(): Promise<HttpResponseInit> {
  const health = await getServices().readHealth();
  return { status: health.status === "unavailable" ? 503 : 200, jsonBody: health, headers: NOT_STORED };
}

const NOT_STORED = { "cache-control": "no-store" };

app.http("getLive", { route: "api/health/live", methods: ["GET"], authLevel: "anonymous", handler: getLive });
app.http("getReady", {
  route: "api/health/ready",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: getReady,
});
