/** What can be made to go wrong in the simulated org: a plain object that is changed while it runs and read at each use. */

/** The faults of the REST side and of the sender of outbound messages. */
export interface OrgFaults {
  /** 401 INVALID_SESSION_ID: `once` ends the sessions that exist (a new token works), `always` refuses each call. */
  unauthorized: "no" | "once" | "always";
  /** 403 REQUEST_LIMIT_EXCEEDED, whatever was used. */
  requestLimit: boolean;
  /** How many of the next answers are 503 SERVER_UNAVAILABLE; counts down. */
  unavailable: number;
  /** A field of Order that the login does not see: absent from describe, INVALID_FIELD in queries. */
  invalidField: string | null;
  /** Every query locator is refused with INVALID_QUERY_LOCATOR. */
  expireLocators: boolean;
  /** A web page instead of JSON, as during maintenance. */
  maintenancePage: boolean;
  /** How long each REST answer is held back. */
  hangMs: number;
  /** Calls used within 24 hours as Sforce-Limit-Info says; null: as counted. */
  apiUsage: number | null;
  /** How long a save stays invisible to queries. */
  visibilityDelayMs: number;
  /** Share (0 to 1) of acknowledged outbound messages that are sent a second time. */
  duplicateShare: number;
  /** Outbound messages leave in another order than they were queued. */
  reorder: boolean;
  /** How much later than usual outbound messages leave. */
  extraDelayMs: number;
}

/** An org in which nothing goes wrong. */
export function createOrgFaults(): OrgFaults {
  return {
    unauthorized: "no",
    requestLimit: false,
    unavailable: 0,
    invalidField: null,
    expireLocators: false,
    maintenancePage: false,
    hangMs: 0,
    apiUsage: null,
    visibilityDelayMs: 0,
    duplicateShare: 0,
    reorder: false,
    extraDelayMs: 0,
  };
}
