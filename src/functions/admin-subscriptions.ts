/** GET, PUT and DELETE /api/admin/subscriptions: those of people and groups, in bulk as NDJSON or CSV; one is ended by query. */
import { app } from "@azure/functions";
import { z } from "zod";
import { bulkFormatSchema } from "../domain/bulk-lines.ts";
import { principalIdSchema, scopeSchema, targetSchema } from "../domain/subscription.ts";
import { exportSubscriptions } from "../usecases/export-subscriptions.ts";
import { importSubscriptions, rehearseImport } from "../usecases/import-subscriptions.ts";
import { CONTENT_TYPE, forAdminImport } from "./bulk-request.ts";
import { forAdmin, parseRequest } from "./endpoint.ts";

/** Which page of all subscriptions, and how it is written. */
export const getQuerySchema = z.object({
  format: bulkFormatSchema.default("ndjson"),
  after: z.string().max(4_096).optional(),
});

/** Which subscription ends: of a user or of a group. */
export const deleteQuerySchema = z
  .strictObject({
    scope: scopeSchema,
    user: principalIdSchema.optional(),
    group: principalIdSchema.optional(),
  })
  .refine(
    ({ user, group }) => (user === undefined) !== (group === undefined),
    "name either a user or a group",
  );

/** A wrong line is named, and then nothing is written; `?dryRun=true` writes nothing at all. */
export const putAdminSubscriptions = forAdminImport({ rehearse: rehearseImport, run: importSubscriptions });

/** A page; the header `Link` leads to the next one. */
export const getAdminSubscriptions = forAdmin(async ({ request, services }) => {
  const { format, after } = parseRequest(getQuerySchema, Object.fromEntries(request.query));
  const { text, next } = await exportSubscriptions(services, format, after ?? null);
  const link = next === null ? {} : { link: `<?format=${format}&after=${next}>; rel="next"` };
  const type = `${CONTENT_TYPE[format]}; charset=utf-8`;
  return { body: text, headers: { "content-type": type, "cache-control": "no-store", ...link } };
});

/** Ends one subscription, of a person or of a group; ending it twice is no error. */
export const deleteAdminSubscription = forAdmin(async ({ request, services }) => {
  const { scope, user, group } = parseRequest(deleteQuerySchema, Object.fromEntries(request.query));
  const target = group === undefined ? { kind: "user", userId: user } : { kind: "group", group };
  await services.subscriptions.remove(scope, targetSchema.parse(target));
  return { status: 204 };
});

const route = "api/admin/subscriptions";
app.http("putAdminSubscriptions", {
  route,
  methods: ["PUT"],
  authLevel: "anonymous",
  handler: putAdminSubscriptions,
});
app.http("getAdminSubscriptions", {
  route,
  methods: ["GET"],
  authLevel: "anonymous",
  handler: getAdminSubscriptions,
});
app.http("deleteAdminSubscription", {
  route,
  methods: ["DELETE"],
  authLevel: "anonymous",
  handler: deleteAdminSubscription,
});
