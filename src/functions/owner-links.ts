/** PUT and DELETE /api/admin/owner-links/{salesforceUserId}/{userId}: who is which Salesforce user. */
import { app } from "@azure/functions";
import { z } from "zod";
import { toSalesforceId } from "../ingress/canonical-value.ts";
import { linkOwner, unlinkOwner } from "../usecases/change-owner-link.ts";
import { forAdmin, parseRequest, pathIdSchema } from "./endpoint.ts";

/** 15 or 18 characters, as Salesforce shows either; of 18 the last three have to fit the others. */
const salesforceUserIdSchema = z.string().transform((text, context) => {
  try {
    if (text.startsWith("005")) return toSalesforceId(text);
  } catch {
    // Told below, like any other text that is no such id.
  }
  context.addIssue("must be the id of a Salesforce user: 15 or 18 characters that begin with 005");
  return z.NEVER;
});

const paramsSchema = z.object({ salesforceUserId: salesforceUserIdSchema, userId: pathIdSchema });

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

const route = "api/admin/owner-links/{salesforceUserId}/{userId}";
app.http("putOwnerLink", { route, methods: ["PUT"], authLevel: "anonymous", handler: putOwnerLink });
app.http("deleteOwnerLink", { route, methods: ["DELETE"], authLevel: "anonymous", handler: deleteOwnerLink });
