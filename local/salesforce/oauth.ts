/**
 * Signing in to the org: client credentials and JWT bearer, which are the flows left to integrations.
 *
 * Sources: "OAuth 2.0 Client Credentials Flow", "OAuth 2.0 JWT Bearer Flow", "Revoke OAuth Tokens" and "OAuth 2.0 Error Codes"
 * of Salesforce Help (remoteaccess_oauth_client_credentials_flow, …_jwt_flow, …_revoke_token, …_flow_errors).
 */
import { timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { errors, importSPKI, jwtVerify } from "jose";
import { z } from "zod";
import type { Sessions } from "./sessions.ts";

/** Who may sign in: one client application with a secret, a certificate, or both. */
export interface OrgLogin {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** The public key (SPKI, PEM) of the certificate that the client application has, and the user it may act as. */
  readonly jwt?: { readonly username: string; readonly publicKey: string } | undefined;
}

interface OAuthOptions {
  readonly login: OrgLogin;
  readonly sessions: Sessions;
  readonly organizationId: string;
  readonly userId: string;
  now(): Date;
}

/** Only a token request of this size is read. */
const MOST_BYTES = 64 * 1024;
const LOGIN_AUDIENCES = ["https://login.salesforce.com", "https://test.salesforce.com"];
const JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const formSchema = z.record(z.string(), z.string());

/** A sign-in that is refused, as OAuth words it. */
class OAuthRefusal extends Error {
  override readonly name = "OAuthRefusal";
  readonly error: string;
  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

/** The routes `/services/oauth2/token` and `/services/oauth2/revoke`. */
export function createOAuth(o: OAuthOptions): Hono {
  const app = new Hono();
  app.use("/services/oauth2/*", bodyLimit({ maxSize: MOST_BYTES }));
  app.onError((error, c) => {
    if (!(error instanceof OAuthRefusal)) throw error;
    return c.json({ error: error.error, error_description: error.message }, 400);
  });

  app.post("/services/oauth2/token", async (c) => {
    const form = await readForm(c);
    const { origin } = new URL(c.req.url);
    const grant = form["grant_type"];
    if (grant === "client_credentials") requireSecret(o.login, form);
    else if (grant === JWT_GRANT) await requireAssertion(o, form["assertion"] ?? "", origin);
    else throw new OAuthRefusal("unsupported_grant_type", "grant type not supported");
    c.header("Cache-Control", "no-store");
    return c.json({
      access_token: await o.sessions.open(),
      scope: "api",
      instance_url: origin,
      id: `${origin}/id/${o.organizationId}/${o.userId}`,
      token_type: "Bearer",
      issued_at: String(o.now().getTime()),
    });
  });

  const revoke = async (c: Context, token: string) => {
    if (await o.sessions.end(token)) return c.body(null, 200);
    throw new OAuthRefusal("unsupported_token_type", "this token type is not supported");
  };
  app.post("/services/oauth2/revoke", async (c) => revoke(c, (await readForm(c))["token"] ?? ""));
  return app;
}

async function readForm(c: Context): Promise<Record<string, string>> {
  const form = formSchema.safeParse(await c.req.parseBody());
  return form.success ? form.data : {};
}

function requireSecret(login: OrgLogin, form: Record<string, string>): void {
  if (form["client_id"] !== login.clientId) {
    throw new OAuthRefusal("invalid_client_id", "client identifier invalid");
  }
  if (login.clientSecret === undefined || !isSame(form["client_secret"] ?? "", login.clientSecret)) {
    throw new OAuthRefusal("invalid_client", "invalid client credentials");
  }
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function requireAssertion(o: OAuthOptions, assertion: string, origin: string): Promise<void> {
  if (o.login.jwt === undefined) throw new OAuthRefusal("invalid_grant", "invalid assertion");
  const { username, publicKey } = o.login.jwt;
  try {
    await jwtVerify(assertion, await importSPKI(publicKey, "RS256"), {
      algorithms: ["RS256"],
      issuer: o.login.clientId,
      subject: username,
      audience: [...LOGIN_AUDIENCES, origin],
      requiredClaims: ["exp"],
      currentDate: o.now(),
    });
  } catch (error) {
    throw toRefusal(error);
  }
}

function toRefusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired)
    return new OAuthRefusal("invalid_grant", "expired authorization code");
  if (error instanceof errors.JWTClaimValidationFailed) {
    switch (error.claim) {
      case "aud":
        return new OAuthRefusal("invalid_grant", "audience is invalid");
      case "iss":
        return new OAuthRefusal("invalid_client_id", "client identifier invalid");
      case "sub":
        return new OAuthRefusal("invalid_grant", "user hasn't approved this consumer");
      default:
        return new OAuthRefusal("invalid_grant", "invalid assertion");
    }
  }
  return error instanceof errors.JOSEError ? new OAuthRefusal("invalid_grant", "invalid assertion") : error;
}
