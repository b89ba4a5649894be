/** New versions of an order: what the org itself writes beside what somebody asked for. */
import { STATUS_CODES } from "./order-fields.ts";
import { OrgError } from "./org-error.ts";
import type { FieldValue, OrderRecord } from "./org-record.ts";
import { toSalesforceId } from "./salesforce-id.ts";

/** Orders count from here: the first is 00000101. */
const NUMBERS_BEFORE = 100;
/** The capital gives every id a suffix that says something. */
const ORDER_PREFIX = "8010S0";

type Values = Readonly<Record<string, FieldValue>>;

/** The `sequence`th order of the org, from values that were checked; throws OrgError. */
export function toNewOrder(values: Values, sequence: number, stamp: string, author: string): OrderRecord {
  const missing = ["AccountId", "EffectiveDate", "Status"].filter((name) => (values[name] ?? null) === null);
  if (missing.length > 0) {
    throw new OrgError(
      "REQUIRED_FIELD_MISSING",
      `Required fields are missing: [${missing.join(", ")}]`,
      missing,
    );
  }
  const record: OrderRecord = {
    Id: toSalesforceId(ORDER_PREFIX, sequence),
    OwnerId: author,
    AccountId: null,
    EffectiveDate: null,
    Status: null,
    Description: null,
    Type: null,
    PoNumber: null,
    ActivatedDate: null,
    ActivatedById: null,
    StatusCode: null,
    OrderNumber: String(NUMBERS_BEFORE + sequence).padStart(8, "0"),
    TotalAmount: 0,
    CreatedDate: stamp,
    CreatedById: author,
    IsDeleted: false,
    Region__c: null,
    Priority_Score__c: null,
    ...values,
    ...toModified(stamp, author),
  };
  return { ...record, ...toStatusFields(record, stamp, author) };
}

/** The order after a change of values that were checked; throws OrgError. */
export function toChangedOrder(
  before: OrderRecord,
  values: Values,
  stamp: string,
  author: string,
): OrderRecord {
  const account = values["AccountId"];
  if (account !== undefined && account !== before["AccountId"] && before["StatusCode"] !== "Draft") {
    throw new OrgError(
      "FIELD_INTEGRITY_EXCEPTION",
      "Account ID: an order's account can only be changed while the order's status is in the Draft category",
      ["AccountId"],
    );
  }
  const record = { ...before, ...values, ...toModified(stamp, author) };
  return { ...record, ...toStatusFields(record, stamp, author) };
}

/** The traces that every save leaves. */
export function toModified(stamp: string, author: string): Values {
  return { LastModifiedDate: stamp, LastModifiedById: author, SystemModstamp: stamp };
}

/** The status category, and when and by whom the order came into Activated. */
function toStatusFields(record: OrderRecord, stamp: string, author: string): Values {
  const statusCode = STATUS_CODES[String(record["Status"])] ?? "Draft";
  if (statusCode === "Draft") return { StatusCode: statusCode, ActivatedDate: null, ActivatedById: null };
  return {
    StatusCode: statusCode,
    ActivatedDate: record["ActivatedDate"] ?? stamp,
    ActivatedById: record["ActivatedById"] ?? author,
  };
}
