/**
 * What the answers to a refused sign-in mean, in sentences for an operator.
 *
 * They are one `{error, error_description}` (Help, "OAuth 2.0 Authorization Errors"). The codes are few, what happened
 * stands in the description: "no client credentials user enabled" (sumologic's and many others' troubleshooting pages),
 * "request not supported on this domain" (pozil/pub-sub-api-node-client#58), "inactive user" (restforce#303),
 * "client identifier invalid" (omniphx/forrest#184).
 */
import { z } from "zod";
import { SalesforceError } from "../domain/salesforce-error.ts";
import {
  toJson,
  toLimitReached,
  toMaintenance,
  toPlatformError,
  toSafeText,
  type SalesforceAnswer,
} from "./to-salesforce-error.ts";

const loginErrorSchema = z.object({ error: z.string(), error_description: z.string().default("") });

/** The error in the answer to the token call; undefined when a token may be read from it. */
export function toLoginError(answer: SalesforceAnswer): SalesforceError | undefined {
  const { status, body } = answer;
  const platformError = toPlatformError(answer);
  if (platformError !== undefined || status < 400) return platformError;
  const { error = "", error_description: description = "" } =
    loginErrorSchema.safeParse(toJson(body)).data ?? {};
  if (/^(?:unknown_error|server_error|temporarily_unavailable)$/.test(error)) return toMaintenance(status);
  if (error === "rate_limit_exceeded" || /rate exceeded/i.test(description)) return toLimitReached(status);
  const said = error === "" ? `HTTP ${status}` : toSafeText(`${error}: ${description}`);
  return new SalesforceError(
    "loginRefused",
    `Salesforce refuses the sign-in (${said}). ${toLoginAdvice(error, description)}`,
    { status },
  );
}

/** First match wins: what Salesforce says of the cause is finer than its code. */
const LOGIN_ADVICE: readonly [RegExp, string][] = [
  [
    /hasn't approved|not admin approved|not approved/i,
    "Pre-authorise the user of SALESFORCE_USERNAME in the external client app's policies, by profile or permission set.",
  ],
  [
    /inactive|user is locked/i,
    "Activate the user that the external client app runs as, or name another one.",
  ],
  [/audience/i, "SALESFORCE_LOGIN_URL does not fit the organisation: production and sandboxes differ."],
  [
    /not supported on this domain/i,
    "Set SALESFORCE_LOGIN_URL to the My Domain address of the organisation, not login.salesforce.com.",
  ],
  [
    /client credentials (?:flow|user)|no client credentials/i,
    "Enable the client credentials flow in the external client app and choose the user it runs as.",
  ],
  [/ip restricted|login hours/i, "Allow this app's addresses and hours for the user in Salesforce."],
  [
    /expired|assertion/i,
    "Check the certificate of the external client app, SALESFORCE_JWT_PRIVATE_KEY and the clock.",
  ],
  [/invalid_client_id|client identifier/i, "Check SALESFORCE_CLIENT_ID: Salesforce knows no such client."],
  [
    /invalid_client/i,
    "Check SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET: the secret is wrong, expired or was rotated.",
  ],
  [/invalid_grant/i, "Check the user and the key or secret of the external client app."],
];

function toLoginAdvice(error: string, description: string): string {
  const advice = LOGIN_ADVICE.find(([said]) => said.test(description) || said.test(error));
  return advice?.[1] ?? "Check the SALESFORCE_ settings and the external client app.";
}
