/** PUT and DELETE /api/admin/owner-links/{salesforceUserId}/{userId}, PUT /api/admin/owner-links: who is which Salesforce user. */
import { app } from "@azure/functions";
import { z } from "zod";
import { salesforceUserIdSchema } from "../domain/salesforce-id.ts";
import { linkOwner, unlinkOwner } from "../usecases/change-owner-link.ts";
import { importOwnerLinks, rehearseOwnerLinks } from "../usecases/import-owner-links.ts";
import { forAdminImport } from "./bulk-request.ts";
import { forAdmin, parseRequest, pathIdSchema } from "./endpoint.ts";

/** Who is which Salesforce user. */
export const paramsSchema = z.object({ salesforceUserId: salesforceUserIdSchema, userId: pathIdSchema });

/** Lets a person follow the orders that a Salesforce user owns. */
export const putOwnerLink = forAdmin(async ({ request, services }) => {
  const { salesforceUserId, userId } = parseRequest(paramsSchema, request.params);
  await linkOwner(services, salesforceUserId, userId);
  return { status: 204 };
});

/** Ends a link and the subscription that stood on it. */
export const deleteOwnerLink = forAdmin(async ({ request, services }) => {
  const { salesforceUserId, userId } = parseRequest(paramsSchema, request.params);
  await unlinkOwner(services, salesforceUserId, userId);
  return { status: 204 };
});

/** Many links, and the ends of many, as NDJSON or CSV. */
export const putOwnerLinks = forAdminImport({ rehearse: rehearseOwnerLinks, run: importOwnerLinks });

const route = "api/admin/owner-links/{salesforceUserId}/{userId}";
app.http("putOwnerLink", { route, methods: ["PUT"], authLevel: "anonymous", handler: putOwnerLink });
app.http("deleteOwnerLink", { route, methods: ["DELETE"], authLevel: "anonymous", handler: deleteOwnerLink });
app.http("putOwnerLinks", {
  route: "api/admin/owner-links",
  methods: ["PUT"],
  authLevel: "anonymous",
  handler: putOwnerLinks,
});
