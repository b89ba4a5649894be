/**
 * The fields of Order in the simulated org: standard ones and two custom ones.
 *
 * Source: "Order" in the Object Reference for the Salesforce Platform (object_reference, sforce_api_objects_order.htm).
 * Unlike there, TotalAmount can be written: it is the sum of order products, which this org does not have.
 */

/** One field, in the words of a describe result. */
export interface OrderField {
  readonly name: string;
  readonly label: string;
  readonly type:
    | "id"
    | "string"
    | "textarea"
    | "picklist"
    | "reference"
    | "date"
    | "datetime"
    | "currency"
    | "double"
    | "boolean";
  /** Written by whoever creates or changes an order; the others are the org's own. */
  readonly isWritable: boolean;
  readonly nillable: boolean;
  /** Most characters of a text. */
  readonly length: number;
  readonly referenceTo: readonly string[];
  readonly values: readonly string[];
}

function field(
  name: string,
  type: OrderField["type"],
  label: string,
  o: Partial<Omit<OrderField, "name" | "type" | "label">> = {},
): OrderField {
  const length = type === "reference" || type === "id" ? 18 : 0;
  return { name, type, label, isWritable: false, nillable: false, length, referenceTo: [], values: [], ...o };
}

/** Status values and the category that each belongs to (the object OrderStatus of a real org). */
export const STATUS_CODES: Readonly<Record<string, "Draft" | "Activated">> = {
  Draft: "Draft",
  "In Approval": "Draft",
  Activated: "Activated",
  Fulfilled: "Activated",
};

/** Every field, in the order of a describe result. */
export const ORDER_FIELDS: readonly OrderField[] = [
  field("Id", "id", "Order ID"),
  field("OwnerId", "reference", "Owner ID", { isWritable: true, referenceTo: ["Group", "User"] }),
  field("AccountId", "reference", "Account ID", {
    isWritable: true,
    nillable: true,
    referenceTo: ["Account"],
  }),
  field("EffectiveDate", "date", "Order Start Date", { isWritable: true }),
  field("Status", "picklist", "Status", { isWritable: true, length: 255, values: Object.keys(STATUS_CODES) }),
  field("Description", "textarea", "Description", { isWritable: true, nillable: true, length: 32_000 }),
  field("Type", "picklist", "Order Type", { isWritable: true, nillable: true, length: 255 }),
  field("PoNumber", "string", "PO Number", { isWritable: true, nillable: true, length: 80 }),
  field("ActivatedDate", "datetime", "Activated Date", { nillable: true }),
  field("ActivatedById", "reference", "Activated By ID", { nillable: true, referenceTo: ["User"] }),
  field("StatusCode", "picklist", "Status Category", { length: 255, values: ["Draft", "Activated"] }),
  field("OrderNumber", "string", "Order Number", { length: 30 }),
  field("TotalAmount", "currency", "Order Amount", { isWritable: true }),
  field("CreatedDate", "datetime", "Created Date"),
  field("CreatedById", "reference", "Created By ID", { referenceTo: ["User"] }),
  field("LastModifiedDate", "datetime", "Last Modified Date"),
  field("LastModifiedById", "reference", "Last Modified By ID", { referenceTo: ["User"] }),
  field("IsDeleted", "boolean", "Deleted"),
  field("SystemModstamp", "datetime", "System Modstamp"),
  field("Region__c", "string", "Region", { isWritable: true, nillable: true, length: 80 }),
  field("Priority_Score__c", "double", "Priority Score", { isWritable: true, nillable: true }),
];

const BY_LOWER_NAME = new Map(ORDER_FIELDS.map((each) => [each.name.toLowerCase(), each]));

/** The field of that name; Salesforce does not look at case. */
export function findOrderField(name: string): OrderField | undefined {
  return BY_LOWER_NAME.get(name.toLowerCase());
}
