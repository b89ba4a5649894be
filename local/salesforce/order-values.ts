/**
 * Checks what somebody writes to an order, with the refusals that Salesforce answers.
 *
 * Source: the codes are those of the Object Reference (StatusCode). Wording follows Salesforce's as far as it is publicly
 * quoted; clients should look at the codes.
 */
import { findOrderField, type OrderField, STATUS_CODES } from "./order-fields.ts";
import { OrgError } from "./org-error.ts";
import type { FieldValue, OrderDraft } from "./org-record.ts";
import { readSalesforceId } from "./salesforce-id.ts";

/** The ids that references can point to. */
export interface KnownIds {
  readonly accounts: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
}

/** The values as they are stored, under the fields' own names; throws OrgError. */
export function readOrderValues(draft: OrderDraft, known: KnownIds): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(draft)) {
    const field = findOrderField(name);
    if (field === undefined) {
      throw new OrgError("INVALID_FIELD", `No such column '${name}' on sobject of type Order`);
    }
    if (!field.isWritable) {
      throw new OrgError(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
        [field.name],
      );
    }
    values[field.name] = readValue(field, value, known);
  }
  return values;
}

function readValue(field: OrderField, value: FieldValue, known: KnownIds): FieldValue {
  if (value === null || value === "") {
    if (field.nillable) return null;
    throw new OrgError("REQUIRED_FIELD_MISSING", `Required fields are missing: [${field.name}]`, [
      field.name,
    ]);
  }
  switch (field.type) {
    case "id":
    case "string":
    case "textarea":
    case "picklist":
      return readText(field, value);
    case "reference":
      return readReference(field, value, known);
    case "date":
      if (typeof value === "string" && isDate(value)) return value;
      throw wrongType("date", value);
    case "datetime":
      if (typeof value === "string" && !Number.isNaN(Date.parse(value))) return value;
      throw wrongType("datetime", value);
    case "currency":
    case "double":
      return readNumber(field, value);
    case "boolean":
      if (typeof value === "boolean") return value;
      throw wrongType("boolean", value);
  }
}

function readText(field: OrderField, value: FieldValue): string {
  if (typeof value !== "string") throw wrongType("string", value);
  if (field.length > 0 && value.length > field.length) {
    throw new OrgError(
      "STRING_TOO_LONG",
      `${field.label}: data value too large: ${value.slice(0, 80)} (max length=${field.length})`,
      [field.name],
    );
  }
  if (field.name === "Status" && !Object.hasOwn(STATUS_CODES, value)) {
    throw new OrgError(
      "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
      `${field.label}: bad value for restricted picklist field: ${value.slice(0, 80)}`,
      [field.name],
    );
  }
  return value;
}

function readReference(field: OrderField, value: FieldValue, known: KnownIds): string {
  const id = typeof value === "string" ? readSalesforceId(value) : undefined;
  if (id === undefined) {
    throw new OrgError(
      "MALFORMED_ID",
      `${field.label}: id value of incorrect type: ${String(value).slice(0, 80)}`,
      [field.name],
    );
  }
  const ids = field.referenceTo.includes("Account") ? known.accounts : known.users;
  if (ids.has(id)) return id;
  throw new OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [field.name]);
}

/** Currencies hold 16 digits before the point, and two behind it. */
const LARGEST = 1e16;

function readNumber(field: OrderField, value: FieldValue): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrongType("double", value);
  if (Math.abs(value) >= LARGEST) {
    throw new OrgError(
      "NUMBER_OUTSIDE_VALID_RANGE",
      `${field.label}: value outside of valid range on numeric field: ${value}`,
      [field.name],
    );
  }
  return field.type === "currency" ? Math.round(value * 100) / 100 : value;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function wrongType(type: string, value: FieldValue): OrgError {
  const token =
    typeof value === "string"
      ? "VALUE_STRING"
      : typeof value === "number"
        ? Number.isInteger(value)
          ? "VALUE_NUMBER_INT"
          : "VALUE_NUMBER_FLOAT"
        : `VALUE_${String(value).toUpperCase()}`;
  return new OrgError(
    "JSON_PARSER_ERROR",
    `Cannot deserialize instance of ${type} from ${token} value ${String(value).slice(0, 80)} or request may be missing a required field`,
  );
}
