/** The SOQL text of the order query; nothing reaches it unchecked, because SOQL has no parameters over REST. */
import { readInstant } from "../domain/route-free-form.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import { quote } from "./quote.ts";

/** Which versions are asked for, by SystemModstamp: UTC instants in whole seconds, as Salesforce keeps them. */
export interface OrderWindow {
  /** Inclusive. */
  from: string;
  /** Exclusive. */
  to: string;
}

/** The last order that was read; many orders of one transaction share one stamp, so the id belongs to it. */
export interface OrderPosition {
  systemModstamp: string;
  id: string;
}

/**
 * Asks for the orders of a window in the order of their stamps and ids, with `after` only for what comes behind it.
 *
 * Throws `SalesforceError` for a field name, an id or an instant that is none.
 */
export function toOrderQuery(
  fields: readonly string[],
  window: OrderWindow,
  after: OrderPosition | null,
): string {
  const conditions = [
    `SystemModstamp >= ${toSoqlInstant(window.from)}`,
    `SystemModstamp < ${toSoqlInstant(window.to)}`,
    ...(after === null ? [] : [toBehind(after)]),
  ];
  return (
    `SELECT ${toFieldNames(fields).join(", ")} FROM Order WHERE ${conditions.join(" AND ")} ` +
    "ORDER BY SystemModstamp ASC, Id ASC"
  );
}

function toBehind(after: OrderPosition): string {
  const stamp = toSoqlInstant(after.systemModstamp);
  const [id] = toRecordIds([after.id]);
  return `((SystemModstamp = ${stamp} AND Id > '${id}') OR SystemModstamp > ${stamp})`;
}

/** The field names, each once; throws `SalesforceError` when there is none or one that cannot be a field's name. */
export function toFieldNames(fields: readonly string[]): string[] {
  const wrong = fields.find((field) => !/^[A-Za-z]\w*$/.test(field));
  if (wrong !== undefined)
    throw new SalesforceError("invalidField", `${quote(wrong)} cannot be the name of an order field.`);
  if (fields.length === 0) throw new SalesforceError("queryRefused", "No order field was asked for.");
  return [...new Set(fields)];
}

/** The ids as they are, of 15 or 18 characters; throws `SalesforceError` for one that cannot be a record's id. */
export function toRecordIds(ids: readonly string[]): string[] {
  const wrong = ids.find((id) => !/^(?:[A-Za-z0-9]{15}|[A-Za-z0-9]{18})$/.test(id));
  if (wrong !== undefined)
    throw new SalesforceError("queryRefused", `${quote(wrong)} cannot be the id of an order.`);
  return [...ids];
}

function toSoqlInstant(text: string): string {
  const instant = text.endsWith("Z") ? readInstant(text) : undefined;
  if (instant === undefined || !instant.endsWith(".000Z"))
    throw new SalesforceError(
      "queryRefused",
      `${quote(text)} is no instant in UTC with whole seconds, so no orders can be asked for by it.`,
    );
  return instant;
}
