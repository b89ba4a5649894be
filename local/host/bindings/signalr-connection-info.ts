/**
 * The `signalRConnectionInfo` input binding: where a client connects, and its token.
 *
 * Source: NegotiationBaseAttribute and SignalRConnectionInputBinding of the Functions extension
 * (Azure/azure-sdk-for-net, sdk/signalr). The id token is decoded, not verified, as there: App Service has done that.
 */
import { decodeJwt } from "jose";
import { createClientToken, parseConnectionString, toClientUrl } from "../../signalr/access-token.ts";

const LIFETIME_SECONDS = 3600;

/** What the binding asks for, its expressions already resolved. */
export interface ConnectionRequest {
  readonly hubName: string;
  readonly userId?: string | undefined;
  readonly idToken?: string | undefined;
  readonly claimTypeList?: readonly string[] | undefined;
}

/** What the handler gets, and passes on to the client as it is. */
export interface ConnectionInfo {
  readonly url: string;
  readonly accessToken: string;
}

/** Makes URL and access token for one client. */
export async function createConnectionInfo(
  connectionString: string,
  request: ConnectionRequest,
): Promise<ConnectionInfo> {
  const { endpoint, accessKey } = parseConnectionString(connectionString);
  const accessToken = await createClientToken({
    endpoint,
    accessKey,
    hub: request.hubName,
    userId: request.userId,
    claims: readClaims(request),
    lifetimeSeconds: LIFETIME_SECONDS,
  });
  return { url: toClientUrl(endpoint, request.hubName), accessToken };
}

/** The claims of the id token that the binding lists by type; none without a list. */
function readClaims({ idToken, claimTypeList = [] }: ConnectionRequest): Record<string, string | string[]> {
  if (idToken === undefined || idToken === "") return {};
  const claims: Record<string, string | string[]> = {};
  for (const [type, value] of Object.entries(decodeJwt(idToken))) {
    if (!claimTypeList.includes(type)) continue;
    claims[type] = Array.isArray(value) ? value.map(toText) : toText(value);
  }
  return claims;
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
