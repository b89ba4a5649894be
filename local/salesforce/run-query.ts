/**
 * Answers a SOQL query from what is visible at this moment; the whole result, with its values, is fixed then.
 *
 * Source: "SOQL SELECT Examples" and "fieldExpression Syntax" of the SOQL and SOSL Reference; wording of refusals as quoted in
 * forcedotcom/soql-tooling#86.
 */
import { findOrderField, type OrderField } from "./order-fields.ts";
import type { StampRange } from "./order-store.ts";
import { OrgError } from "./org-error.ts";
import type { Org } from "./org.ts";
import type { FieldValue, OrderRecord } from "./org-record.ts";
import { readSalesforceId } from "./salesforce-id.ts";
import type { SoqlCondition, SoqlOperator, SoqlQuery } from "./soql.ts";
import type { SoqlLiteral } from "./soql-tokens.ts";

/** The selected fields of one order. */
export type QueryRow = Record<string, FieldValue>;

interface QueryOptions {
  /** Deleted orders too, as queryAll. */
  readonly includeDeleted: boolean;
  /** A field that the asking user does not see. */
  readonly hiddenField: string | null;
}

/** The rows of `query` in its order; throws OrgError. */
export function runQuery(org: Org, query: SoqlQuery, o: QueryOptions): QueryRow[] {
  const fields = query.fields.map((name) => requireField(name, o.hiddenField));
  const repeated = fields.find((field, index) => fields.indexOf(field) !== index);
  if (repeated !== undefined) {
    throw new OrgError("INVALID_FIELD", `duplicate field selected: ${repeated.name}`);
  }
  const matches = query.where === null ? () => true : toPredicate(query.where, o.hiddenField);
  const range = query.where === null ? {} : toStampRange(query.where);
  const found: OrderRecord[] = [];
  for (const record of org.visibleOrders(range)) {
    if ((o.includeDeleted || record["IsDeleted"] !== true) && matches(record)) found.push(record);
  }
  found.sort(query.isOrdered ? compareByStamp : compareById);
  return found
    .slice(0, query.limit ?? found.length)
    .map((record) => Object.fromEntries(fields.map(({ name }) => [name, record[name] ?? null])));
}

/** The field that a query or a retrieve names; throws OrgError in the words of Salesforce. */
export function requireField(name: string, hiddenField: string | null): OrderField {
  const field = findOrderField(name);
  if (field !== undefined && field.name.toLowerCase() !== hiddenField?.toLowerCase()) return field;
  throw new OrgError(
    "INVALID_FIELD",
    `No such column '${name}' on entity 'Order'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

function compareByStamp(a: OrderRecord, b: OrderRecord): number {
  return compare(a["SystemModstamp"] ?? "", b["SystemModstamp"] ?? "") || compareById(a, b);
}

function compareById(a: OrderRecord, b: OrderRecord): number {
  return compare(a.Id, b.Id);
}

function toLowerCase(value: FieldValue): FieldValue {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function compare<T extends FieldValue>(a: T, b: T): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

function toPredicate(condition: SoqlCondition, hiddenField: string | null): (record: OrderRecord) => boolean {
  if (condition.kind === "compare") {
    const { name, type } = requireField(condition.field, hiddenField);
    const wanted = toComparable(name, type, condition.literal);
    const holds = OPERATORS[condition.operator];
    // Ids keep their case; other texts are compared as Salesforce does, without looking at it.
    const fold = type === "id" || type === "reference" ? (value: FieldValue) => value : toLowerCase;
    return (record) => holds(compare(fold(record[name] ?? null), fold(wanted)));
  }
  const parts = condition.conditions.map((each) => toPredicate(each, hiddenField));
  if (condition.kind === "and") return (record) => parts.every((part) => part(record));
  return (record) => parts.some((part) => part(record));
}

const OPERATORS: Record<SoqlOperator, (order: number) => boolean> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** What the literal must be for a field of that type. */
const LITERALS: Record<OrderField["type"], SoqlLiteral["kind"]> = {
  id: "string",
  string: "string",
  textarea: "string",
  picklist: "string",
  reference: "string",
  date: "date",
  datetime: "dateTime",
  currency: "number",
  double: "number",
  boolean: "boolean",
};

function toComparable(name: string, type: OrderField["type"], literal: SoqlLiteral): FieldValue {
  if (type === "textarea") {
    throw new OrgError("INVALID_FIELD", `field '${name}' can not be filtered in a query call`);
  }
  if (literal.kind === "null") return null;
  if (literal.kind !== LITERALS[type]) {
    const quotes =
      LITERALS[type] === "string" ? "should be enclosed in quotes" : "should not be enclosed in quotes";
    throw new OrgError(
      "INVALID_FIELD",
      `value of filter criterion for field '${name}' must be of type ${LITERALS[type]} and ${quotes}`,
    );
  }
  if (literal.kind === "dateTime") return toStamp(literal.value);
  if (type !== "id" && type !== "reference") return literal.value;
  const id = readSalesforceId(String(literal.value));
  if (id !== undefined) return id;
  throw new OrgError("INVALID_QUERY_FILTER_OPERATOR", `invalid ID field: ${String(literal.value)}`);
}

/** A date-time literal in the spelling of stored stamps, so that text compares as time. */
function toStamp(dateTime: string): string {
  return new Date(dateTime).toISOString().replace("Z", "+0000");
}

/** The stamps outside of which no row can fulfil the condition. */
function toStampRange(condition: SoqlCondition): StampRange {
  if (condition.kind !== "compare") {
    const ranges = condition.conditions.map(toStampRange);
    const pick = condition.kind === "and" ? intersect : unite;
    return ranges.reduce(pick);
  }
  if (condition.field.toLowerCase() !== "systemmodstamp" || condition.literal.kind !== "dateTime") return {};
  const stamp = toStamp(condition.literal.value);
  switch (condition.operator) {
    case "=":
      return { from: stamp, to: stamp };
    case ">":
    case ">=":
      return { from: stamp };
    case "<":
    case "<=":
      return { to: stamp };
    case "!=":
      return {};
  }
}

function intersect(a: StampRange, b: StampRange): StampRange {
  return {
    from: [a.from, b.from]
      .filter((each) => each !== undefined)
      .sort()
      .at(-1),
    to: [a.to, b.to]
      .filter((each) => each !== undefined)
      .sort()
      .at(0),
  };
}

function unite(a: StampRange, b: StampRange): StampRange {
  return {
    from: a.from !== undefined && b.from !== undefined ? [a.from, b.from].sort()[0] : undefined,
    to: a.to !== undefined && b.to !== undefined ? [a.to, b.to].sort()[1] : undefined,
  };
}
