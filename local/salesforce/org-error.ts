/**
 * What the org refuses, with Salesforce's error codes.
 *
 * Source: "Status Codes and Error Responses" of the REST API Developer Guide (api_rest, errorcodes.htm) and StatusCode of
 * the Object Reference.
 */

/** The codes that the simulated org answers with. */
export type OrgErrorCode =
  | "ENTITY_IS_DELETED"
  | "FIELD_INTEGRITY_EXCEPTION"
  | "INVALID_CROSS_REFERENCE_KEY"
  | "INVALID_FIELD"
  | "INVALID_FIELD_FOR_INSERT_UPDATE"
  | "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
  | "INVALID_QUERY_FILTER_OPERATOR"
  | "INVALID_QUERY_LOCATOR"
  | "INVALID_SESSION_ID"
  | "INVALID_TYPE"
  | "JSON_PARSER_ERROR"
  | "LIMIT_EXCEEDED"
  | "MALFORMED_ID"
  | "MALFORMED_QUERY"
  | "NOT_FOUND"
  | "NUMBER_OUTSIDE_VALID_RANGE"
  | "REQUEST_LIMIT_EXCEEDED"
  | "REQUIRED_FIELD_MISSING"
  | "SERVER_UNAVAILABLE"
  | "STRING_TOO_LONG"
  | "UNDELETE_FAILED"
  | "UNSUPPORTED_API_VERSION";

/** A refusal; `message` is worded as Salesforce words it, `fields` names what is wrong where Salesforce does. */
export class OrgError extends Error {
  override readonly name = "OrgError";
  readonly errorCode: OrgErrorCode;
  readonly fields: readonly string[] | undefined;
  constructor(errorCode: OrgErrorCode, message: string, fields?: readonly string[]) {
    super(message);
    this.errorCode = errorCode;
    this.fields = fields;
  }
}
