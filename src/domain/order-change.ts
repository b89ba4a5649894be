/** What Salesforce told about one version of one order, in canonical form. */
import { z } from "zod";

/** An instant in UTC with milliseconds, as `2026-11-22T10:00:00.000Z`. */
export const instantSchema = z.iso.datetime({ offset: false, precision: 3 });

/** A Salesforce id in its 18-character, case-safe form. */
export const salesforceIdSchema = z.string().regex(/^[a-zA-Z0-9]{18}$/);

/** 22 base64url characters: the first 132 bits of a SHA-256. */
export const changeHashSchema = z.string().regex(/^[\w-]{22}$/);

/** Canonical field values by field name: ids of 18 characters, UTC instants, plain decimals, text; null is empty. */
export const fieldValuesSchema = z.record(z.string().min(1), z.string().nullable());

/** The ways a change reaches us; reconciliation is the nightly poll over a longer window. */
export const routeSchema = z.enum(["outboundMessage", "poll", "reconciliation"]);

/**
 * One version of one order.
 *
 * `coreFields` holds every configured core field (absent in Salesforce = null) and is what `changeHash` was made from;
 * `otherFields` holds only what was sent: a field that is not there is unknown, not empty.
 * A deleted order has `coreFields.IsDeleted` "true"; no other order has that key.
 */
export const orderChangeSchema = z.object({
  orderId: salesforceIdSchema,
  systemModstamp: instantSchema,
  changeHash: changeHashSchema,
  coreFields: fieldValuesSchema,
  otherFields: fieldValuesSchema,
  route: routeSchema,
  /** The sender's own id of this message; only outbound messages have one. */
  outboundMessageNotificationId: salesforceIdSchema.optional(),
  /** Polled changes only: polling knows every order that was created before this instant. */
  pollingSince: instantSchema.optional(),
});

export type FieldValues = z.infer<typeof fieldValuesSchema>;
export type Route = z.infer<typeof routeSchema>;
export type OrderChange = z.infer<typeof orderChangeSchema>;

/** The fields every order must bring unless configured otherwise; with equal values two versions are the same version. */
export const DEFAULT_CORE_FIELDS = [
  "Id",
  "AccountId",
  "OwnerId",
  "Status",
  "StatusCode",
  "TotalAmount",
  "CreatedDate",
  "SystemModstamp",
] as const;

/** What else is kept: the number that people know an order by. Anything more would only be personal data in a history. */
export const OTHER_FIELDS = ["OrderNumber"] as const;

/** The longest value that is taken, in characters: what is stored with an order has to fit into one table property. */
export const LONGEST_VALUE = 1_000;

/** A change without one of these cannot be placed in time or compared, so it is refused. */
export const REQUIRED_FIELDS = ["Id", "Status", "CreatedDate", "SystemModstamp"] as const;

/** Only polling hears of deletions: Salesforce sends no outbound message for them. */
export const DELETED_FIELD = "IsDeleted";

/** Whether this version of the order stands in the recycle bin. */
export function isDeleted(coreFields: FieldValues): boolean {
  return coreFields[DELETED_FIELD] === "true";
}
