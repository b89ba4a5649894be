/** GET, PUT and DELETE /api/admin/subscriptions: those of people and groups, in bulk as NDJSON or CSV; one is ended by query. */
import { app, type HttpRequest } from "@azure/functions";
import { z } from "zod";
import { InvalidRequestError, UnsupportedMediaTypeError } from "../domain/errors.ts";
import { principalIdSchema, scopeSchema, targetSchema } from "../domain/subscription.ts";
import { type BulkFormat, bulkFormatSchema } from "../domain/subscription-lines.ts";
import { exportSubscriptions } from "../usecases/export-subscriptions.ts";
import {
  ImportInterruptedError,
  importSubscriptions,
  rehearseImport,
} from "../usecases/import-subscriptions.ts";
import { forAdmin, parseRequest } from "./endpoint.ts";
import { toLogText } from "./problem.ts";

const CONTENT_TYPE: Record<BulkFormat, string> = { ndjson: "application/x-ndjson", csv: "text/csv" };

const putQuerySchema = z.object({ dryRun: z.enum(["true", "false"]).default("false") });
const getQuerySchema = z.object({
  format: bulkFormatSchema.default("ndjson"),
  after: z.string().max(4_096).optional(),
});

const deleteQuerySchema = z
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
export const putAdminSubscriptions = forAdmin(async ({ request, context, services }) => {
  const { dryRun } = parseRequest(putQuerySchema, Object.fromEntries(request.query));
  const format = readFormat(request);
  const text = await readBulk(request);
  if (dryRun === "true") return { jsonBody: await rehearseImport(services, format, text) };
  try {
    return { jsonBody: await importSubscriptions(services, format, text) };
  } catch (error) {
    if (error instanceof ImportInterruptedError) context.error(toLogText(error));
    throw error;
  }
});

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

function readFormat(request: HttpRequest): BulkFormat {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const format = bulkFormatSchema.options.find((one) => CONTENT_TYPE[one] === type);
  if (format === undefined) throw new UnsupportedMediaTypeError("Send application/x-ndjson or text/csv.");
  return format;
}

/** The largest bulk, in bytes. */
const LARGEST_BULK = 8 * 1024 * 1024;

/** Reads a body of UTF-8; what spreadsheets save in other encodings would be taken for other names. */
async function readBulk(request: HttpRequest): Promise<string> {
  const tooLarge = new InvalidRequestError("The body is larger than 8 MB; send it in parts.");
  if (Number(request.headers.get("content-length") ?? 0) > LARGEST_BULK) throw tooLarge;
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > LARGEST_BULK) throw tooLarge;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidRequestError("The body is not UTF-8.");
  }
}

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
