/** GET /api/notifications, POST /api/notifications/receipts and …/read-all: a person's own inbox. */
import { app } from "@azure/functions";
import { z } from "zod";
import { inboxItemSchema } from "../domain/notification.ts";
import { notificationIdSchema } from "../domain/notification-id.ts";
import { receiptSchema } from "../domain/receipt.ts";
import { measure } from "../telemetry/metrics.ts";
import { toCallerParent, withSpan } from "../telemetry/telemetry.ts";
import { readAll } from "../usecases/read-all.ts";
import { readInbox } from "../usecases/read-inbox.ts";
import { recordReceipts } from "../usecases/record-receipts.ts";
import { forUser, parseRequest, readJson } from "./endpoint.ts";
import { endEscalations } from "./escalation.ts";
import { durableClient } from "./orchestration-starter.ts";
import { startReceiptsEcho } from "./receipts-echo.ts";

/** Which page of the inbox. */
export const querySchema = z.object({
  // Any instant is understood; the cursor itself has milliseconds.
  since: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text).toISOString())
    .optional(),
  before: notificationIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  state: inboxItemSchema.shape.state.optional(),
});

/** The newest notifications; with `since` those that are new or changed, with `before` the next older ones. */
export const getNotifications = forUser(async ({ caller, request, services }) => {
  const query = parseRequest(querySchema, Object.fromEntries(request.query));
  return { jsonBody: await readInbox(services, caller.userId, query) };
});

/** What the client did with notifications. */
export const postReceipts = forUser(async ({ caller: { userId }, request, context, services }) => {
  const receipt = await readJson(request, receiptSchema);
  const { ids, state } = receipt;
  const parent = toCallerParent(request.headers.get("traceparent"), context.traceContext?.traceParent);
  return withSpan("receipt", { parent, attributes: { state, count: ids.length } }, async () => {
    const { updated, unknown, risen } = await recordReceipts(
      services,
      userId,
      receipt,
      services.now(),
      (told) => endEscalations(context, told),
    );
    measure("orderbell.receipts", risen.length, { state });
    await startReceiptsEcho(context, { userId, ids: risen, state });
    return { jsonBody: { updated, unknown } };
  });
});

/** Everything unread is read; `more` asks to call again. */
export const postReadAll = forUser(async ({ caller: { userId }, request, context, services }) => {
  await readJson(request, z.strictObject({}));
  const { updated, more, risen } = await readAll(services, userId, services.now(), (ids) =>
    endEscalations(context, ids),
  );
  measure("orderbell.receipts", updated, { state: "read" });
  await startReceiptsEcho(context, { userId, ids: risen, state: "read" });
  return { jsonBody: { updated, ...(more ? { more } : {}) } };
});

app.http("getNotifications", {
  route: "api/notifications",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: getNotifications,
});
app.http("postReceipts", {
  route: "api/notifications/receipts",
  methods: ["POST"],
  authLevel: "anonymous",
  extraInputs: [durableClient],
  handler: postReceipts,
});
app.http("postReadAll", {
  route: "api/notifications/read-all",
  methods: ["POST"],
  authLevel: "anonymous",
  extraInputs: [durableClient],
  handler: postReadAll,
});
