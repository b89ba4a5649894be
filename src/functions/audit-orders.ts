/** GET /api/audit/orders/{orderId}: the changes of one order and what was decided about each. */
import { app } from "@azure/functions";
import { z } from "zod";
import { readOrderAudit } from "../audit/read-order-audit.ts";
import { changeCursorSchema } from "../domain/audit-access.ts";
import { salesforceIdSchema } from "../domain/order-change.ts";
import { forAuditAccess } from "./audit-access.ts";
import { parseRequest } from "./endpoint.ts";
import { refuse } from "./refuse.ts";

/** Which order, and from which change on. */
export const askedSchema = z.object({
  orderId: salesforceIdSchema.startsWith("801", { error: "must be the 18-character id of an order (801…)" }),
  after: changeCursorSchema.optional(),
});

/** A hundred changes a page, oldest first. */
export const getOrderAudit = forAuditAccess("order", async ({ request, services }) => {
  const asked = parseRequest(askedSchema, {
    orderId: request.params["orderId"],
    after: request.query.get("after") ?? undefined,
  });
  const { orderId, after } = asked;
  const audit = await readOrderAudit(services, services.evidenceArchive, { orderId, after });
  if (audit === undefined) return refuse(404, "Not found", "Nothing was ever heard of this order.");
  return { jsonBody: audit };
});

app.http("getOrderAudit", {
  route: "api/audit/orders/{orderId}",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: getOrderAudit,
});
