/** PUT and DELETE /api/admin/grants/{userId}/{scope}, PUT /api/admin/grants: what people may follow. */
import { app } from "@azure/functions";
import { z } from "zod";
import { grantSchema } from "../domain/subscription.ts";
import { importGrants, rehearseGrants } from "../usecases/import-grants.ts";
import { revokeGrant } from "../usecases/put-subscription.ts";
import { forAdminImport } from "./bulk-request.ts";
import { forAdmin, parseRequest, pathIdSchema, pathScopeSchema, readJson } from "./endpoint.ts";

/** Whose grant of what. */
export const paramsSchema = z.object({ userId: pathIdSchema, scope: pathScopeSchema });
/** What the grant is called. */
export const bodySchema = z.strictObject({ label: grantSchema.shape.label.default(null) });

/** Lets a person follow a scope; `{"label":"Acme"}` says what to call it. */
export const putGrant = forAdmin(async ({ request, services }) => {
  const { userId, scope } = parseRequest(paramsSchema, request.params);
  const { label } = await readJson(request, bodySchema);
  await services.grants.put(userId, { scope, label });
  return { status: 204 };
});

/** Takes a grant back and ends the subscription that stood on it. */
export const deleteGrant = forAdmin(async ({ request, services }) => {
  const { userId, scope } = parseRequest(paramsSchema, request.params);
  await revokeGrant(services, userId, scope);
  return { status: 204 };
});

/** Many grants, and the ends of many, as NDJSON or CSV. */
export const putGrants = forAdminImport({ rehearse: rehearseGrants, run: importGrants });

const route = "api/admin/grants/{userId}/{scope}";
app.http("putGrant", { route, methods: ["PUT"], authLevel: "anonymous", handler: putGrant });
app.http("deleteGrant", { route, methods: ["DELETE"], authLevel: "anonymous", handler: deleteGrant });
app.http("putGrants", {
  route: "api/admin/grants",
  methods: ["PUT"],
  authLevel: "anonymous",
  handler: putGrants,
});
