/** Turns the fields of one order, by whichever route they came, into an `OrderChange`. */
import { OrderBellError } from "../domain/errors.ts";
import {
  DELETED_FIELD,
  LONGEST_VALUE,
  REQUIRED_FIELDS,
  type FieldValues,
  type OrderChange,
  type Route,
} from "../domain/order-change.ts";
import { CanonicalValueError, toDecimal, toInstant, toSalesforceId } from "./canonical-value.ts";
import { toChangeHash } from "./change-hash.ts";
import { quote } from "./quote.ts";

/** An order lacks fields without which a change can be neither placed in time nor compared. */
export class MissingFieldsError extends OrderBellError {
  readonly retryable = false;
  readonly orderId: string | undefined;
  readonly fields: string[];
  constructor(orderId: string | undefined, fields: string[]) {
    super(
      `The order ${orderId ?? "(without Id)"} lacks ${fields.join(", ")}: ` +
        "every change needs them. An outbound message must select them and be sent as a user who sees them.",
    );
    this.name = "MissingFieldsError";
    this.orderId = orderId;
    this.fields = fields;
  }
}

/** A value does not fit into what is stored with an order. */
export class ValueTooLongError extends OrderBellError {
  readonly retryable = false;
  readonly field: string;
  constructor(field: string, length: number) {
    super(`The field ${field} has ${length} characters; at most ${LONGEST_VALUE} are taken.`);
    this.name = "ValueTooLongError";
    this.field = field;
  }
}

/** A configured field has parts (an address, a location) and therefore no value to compare. */
export class CompoundFieldError extends OrderBellError {
  readonly retryable = false;
  readonly part: string;
  constructor(part: string) {
    super(
      `A core field has no value of its own but parts, such as ${quote(part)}: take it out of ORDER_CORE_FIELDS.`,
    );
    this.name = "CompoundFieldError";
    this.part = part;
  }
}

/**
 * The standard Order fields whose type is fixed by Salesforce. Everything else stays text, also where it looks like an id
 * or a number: a PO number `00000114` must not lose its zeros.
 */
const CANONICAL_BY_FIELD = new Map<string, (text: string, field: string) => string>([
  ...[
    "AccountId",
    "ActivatedById",
    "BillToContactId",
    "CompanyAuthorizedById",
    "ContractId",
    "CreatedById",
    "CustomerAuthorizedById",
    "Id",
    "LastModifiedById",
    "OpportunityId",
    "OriginalOrderId",
    "OwnerId",
    "Pricebook2Id",
    "QuoteId",
    "RecordTypeId",
    "ShipToContactId",
  ].map((field) => [field, toSalesforceId] as const),
  ["TotalAmount", toDecimal],
  ...["ActivatedDate", "CreatedDate", "LastModifiedDate", "SystemModstamp"].map(
    (field) => [field, toInstant] as const,
  ),
]);

/**
 * Makes the change of one order.
 *
 * Core fields (the configured ones and always the required ones) are all present in `coreFields`, null where nothing was
 * sent; of the rest only the named other fields are kept, because all that is kept stands in histories for years. Throws
 * `MissingFieldsError`, `CanonicalValueError`, `CompoundFieldError` and `ValueTooLongError`.
 */
export function toOrderChange(
  fields: Readonly<Record<string, string | null>>,
  o: {
    coreFields: readonly string[];
    otherFields: readonly string[];
    route: Route;
    outboundMessageNotificationId?: string;
    pollingSince?: string;
  },
): OrderChange {
  const core = new Set<string>([...REQUIRED_FIELDS, ...o.coreFields]);
  core.delete(DELETED_FIELD);
  const kept = Object.entries(fields).filter(([name]) => core.has(name) || o.otherFields.includes(name));
  const parts = Object.keys(fields).find(
    (name) => core.has(name.split(".", 1)[0] ?? "") && name.includes("."),
  );
  if (parts !== undefined) throw new CompoundFieldError(parts);
  const values = new Map(kept.map(([name, value]) => [name, toCanonical(name, value)]));
  const orderId = values.get("Id") ?? undefined;
  if (orderId !== undefined && !orderId.startsWith("801"))
    throw new CanonicalValueError("orderId", orderId, "Id");
  const systemModstamp = values.get("SystemModstamp");
  const missing = REQUIRED_FIELDS.filter((name) => (values.get(name) ?? null) === null);
  if (missing.length > 0 || orderId === undefined || typeof systemModstamp !== "string") {
    throw new MissingFieldsError(orderId, missing);
  }
  const coreFields: FieldValues = {
    ...Object.fromEntries([...core].map((name) => [name, values.get(name) ?? null])),
    ...(fields[DELETED_FIELD] === "true" ? { [DELETED_FIELD]: "true" } : {}),
  };
  const otherFields: FieldValues = Object.fromEntries([...values].filter(([name]) => !core.has(name)));
  const change: OrderChange = {
    orderId,
    systemModstamp,
    changeHash: toChangeHash(orderId, systemModstamp, coreFields),
    coreFields,
    otherFields,
    route: o.route,
    ...(o.pollingSince === undefined ? {} : { pollingSince: o.pollingSince }),
  };
  if (o.outboundMessageNotificationId === undefined) return change;
  return {
    ...change,
    outboundMessageNotificationId: toSalesforceId(o.outboundMessageNotificationId, "Notification Id"),
  };
}

function toCanonical(field: string, value: string | null): string | null {
  // Salesforce stores no empty text: where one route says "", the other says null.
  if (value === null || value === "") return null;
  if (value.length > LONGEST_VALUE) throw new ValueTooLongError(field, value.length);
  const toFieldForm = CANONICAL_BY_FIELD.get(field) ?? toPlainLineBreaks;
  return toFieldForm(value, field);
}

/** XML turns every line break into a line feed, JSON keeps `\r\n`. */
function toPlainLineBreaks(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}
