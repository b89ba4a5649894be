/** PUT /api/admin/subscriptions: subscriptions of people and groups in bulk, as NDJSON. */
import { app } from "@azure/functions";
import { importSubscriptions } from "../usecases/import-subscriptions.ts";
import { forAdmin, requireContentType } from "./endpoint.ts";

/** A wrong line is named, and then nothing is written. */
export const putAdminSubscriptions = forAdmin(async ({ request, services }) => {
  requireContentType(request, "application/x-ndjson");
  return { jsonBody: await importSubscriptions(services.subscriptions, await request.text()) };
});

app.http("putAdminSubscriptions", {
  route: "api/admin/subscriptions",
  methods: ["PUT"],
  authLevel: "anonymous",
  handler: putAdminSubscriptions,
});
