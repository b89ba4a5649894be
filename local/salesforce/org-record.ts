/** An order as the simulated org keeps it and as its REST API spells it. */

/** A value as REST writes it: numbers and booleans of JSON, date-times as `2026-11-22T10:00:00.000+0000`. */
export type FieldValue = string | number | boolean | null;

/** One order; every field of `order-fields.ts` is there, null where it is empty. */
export interface OrderRecord {
  Id: string;
  [field: string]: FieldValue;
}

/** What somebody writes to an order: field names and values, as in a REST request. */
export type OrderDraft = Readonly<Record<string, FieldValue>>;

/** Whether something stored holds field values; a plain loop, as results have 100,000 rows of 20 fields. */
export function isFieldValues(value: unknown): value is Record<string, FieldValue> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(isFieldValue);
}

function isFieldValue(value: unknown): value is FieldValue {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** The order's time of save as REST writes it: whole seconds, always in UTC. */
export function toOrgDateTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}.000+0000`;
}
