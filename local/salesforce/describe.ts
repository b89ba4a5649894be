/**
 * What the org says about Order, for who asks which fields there are.
 *
 * Source: "sObject Describe" of the REST API Developer Guide and "DescribeSObjectResult" of the SOAP API Developer Guide.
 */
import { ORDER_FIELDS, type OrderField } from "./order-fields.ts";

const SOAP_TYPES: Record<OrderField["type"], string> = {
  id: "tns:ID",
  string: "xsd:string",
  textarea: "xsd:string",
  picklist: "xsd:string",
  reference: "tns:ID",
  date: "xsd:date",
  datetime: "xsd:dateTime",
  currency: "xsd:double",
  double: "xsd:double",
  boolean: "xsd:boolean",
};

/** The describe result of Order as a login sees it that does not see `hiddenField`; `base` is `/services/data/vX.Y`. */
export function describeOrder(base: string, hiddenField: string | null): Record<string, unknown> {
  const fields = ORDER_FIELDS.filter(({ name }) => name.toLowerCase() !== hiddenField?.toLowerCase());
  return {
    name: "Order",
    label: "Order",
    labelPlural: "Orders",
    keyPrefix: "801",
    custom: false,
    activateable: false,
    createable: true,
    deletable: true,
    layoutable: true,
    mergeable: false,
    queryable: true,
    replicateable: true,
    retrieveable: true,
    searchable: true,
    triggerable: true,
    undeletable: true,
    updateable: true,
    actionOverrides: [],
    childRelationships: [],
    namedLayoutInfos: [],
    recordTypeInfos: [],
    supportedScopes: [{ label: "All orders", name: "everything" }],
    fields: fields.map(toDescribedField),
    urls: {
      sobject: `${base}/sobjects/Order`,
      describe: `${base}/sobjects/Order/describe`,
      rowTemplate: `${base}/sobjects/Order/{ID}`,
    },
  };
}

function toDescribedField(field: OrderField): Record<string, unknown> {
  const { name, label, type, isWritable, nillable, referenceTo } = field;
  const isNumber = type === "currency" || type === "double";
  return {
    name,
    label,
    type,
    soapType: SOAP_TYPES[type],
    length: field.length,
    byteLength: field.length * 3,
    precision: isNumber ? 18 : 0,
    scale: isNumber ? 2 : 0,
    digits: 0,
    autoNumber: name === "OrderNumber",
    calculated: false,
    createable: isWritable,
    custom: name.endsWith("__c"),
    defaultedOnCreate: ["OwnerId", "TotalAmount"].includes(name) || (!isWritable && !nillable),
    filterable: type !== "textarea",
    groupable: !isNumber && type !== "textarea" && type !== "datetime",
    idLookup: name === "Id",
    nameField: name === "OrderNumber",
    nillable,
    permissionable: isWritable && nillable,
    picklistValues: field.values.map((value) => ({ active: true, defaultValue: false, label: value, value })),
    referenceTo,
    relationshipName: type === "reference" ? name.replace(/Id$/, "") : null,
    restrictedPicklist: field.values.length > 0,
    sortable: type !== "textarea",
    unique: false,
    updateable: isWritable,
  };
}
