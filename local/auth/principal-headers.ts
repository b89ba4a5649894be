/**
 * The headers by which App Service tells an app who is signed in: "Work with user identities in Azure App Service
 * authentication", https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities.
 *
 * Roles carry the claim type `roles`, while `role_typ` names another one: so it is with Entra ID
 * (johnreilly.io, "Azure App Service, EasyAuth and Roles", and MaximRouiller/MaximeRouiller.Azure.AppService.EasyAuth).
 * An app has to accept both. How App Service encodes a name beyond ASCII in `x-ms-client-principal-name` is not
 * documented; here it is percent-encoded UTF-8. The claims inside `x-ms-client-principal` are JSON and exact: read the name there.
 */
import type { Session } from "./session.ts";

const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
const NAME_TYPE = `${CLAIMS}name`;
const ROLE_TYPE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

/** One claim, as App Service writes it. */
export interface Claim {
  readonly typ: string;
  readonly val: string;
}

/** The claims of a session. */
export function toClaims({ userId, name, roles }: Session): Claim[] {
  return [
    { typ: `${CLAIMS}nameidentifier`, val: userId },
    { typ: NAME_TYPE, val: name },
    { typ: "name", val: name },
    ...roles.map((role) => ({ typ: "roles", val: role })),
  ];
}

/** The same request, without any principal or token header the client sent, and with those of `session`. */
export function withPrincipal(request: Request, session: Session | undefined): Request {
  const headers = new Headers(request.headers);
  const fromClient = [...headers.keys()].filter((name) => /^x-ms-(client-principal|token-)/.test(name));
  for (const name of fromClient) headers.delete(name);
  if (session !== undefined) {
    const principal = {
      auth_typ: session.provider,
      claims: toClaims(session),
      name_typ: NAME_TYPE,
      role_typ: ROLE_TYPE,
    };
    headers.set("x-ms-client-principal", Buffer.from(JSON.stringify(principal)).toString("base64"));
    headers.set("x-ms-client-principal-id", session.userId);
    headers.set("x-ms-client-principal-name", toHeaderValue(session.name));
    headers.set("x-ms-client-principal-idp", session.provider);
  }
  // Without `duplex` a body that is still arriving could not be handed on.
  return new Request(request, { headers, duplex: "half" });
}

function toHeaderValue(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
