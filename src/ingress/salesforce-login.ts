/**
 * Signing in to Salesforce, without a person and without a password: OAuth 2.0 client credentials and JWT bearer.
 *
 * Help: "OAuth 2.0 Client Credentials Flow for Server-to-Server Integration" and "OAuth 2.0 JWT Bearer Flow for
 * Server-to-Server Integration" (help.salesforce.com, xcloud.remoteaccess_oauth_jwt_flow). Neither gives a refresh token.
 */
import { createPrivateKey, sign, type KeyObject } from "node:crypto";
import { z } from "zod";
import { SalesforceError } from "../domain/salesforce-error.ts";
import type { JwtBearerLogin, SalesforceLogin } from "../domain/salesforce-login.ts";

/** What Salesforce gave: a token, and the address that takes it. */
export interface SalesforceToken {
  accessToken: string;
  /** An origin, without a slash at its end. */
  instanceUrl: string;
}

/** Salesforce takes three minutes at most; one is left for a clock of ours that is ahead. */
const ASSERTION_LIFE_SECONDS = 120;

/** The body of the token call; throws `SalesforceError` when the private key is none. */
export function toTokenRequest(login: SalesforceLogin, now: Date): URLSearchParams {
  switch (login.kind) {
    case "clientCredentials":
      return new URLSearchParams({
        grant_type: "client_credentials",
        client_id: login.clientId,
        client_secret: login.clientSecret,
      });
    case "jwtBearer":
      return new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: toAssertion(login, now),
      });
  }
}

function toAssertion(login: JwtBearerLogin, now: Date): string {
  const claims = {
    iss: login.clientId,
    sub: login.username,
    aud: toAudience(login.loginUrl),
    exp: Math.floor(now.getTime() / 1_000) + ASSERTION_LIFE_SECONDS,
  };
  const unsigned = [{ alg: "RS256" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(unsigned), toRsaKey(login.privateKey)).toString("base64url");
  return `${unsigned}.${signature}`;
}

function toRsaKey(pem: string): KeyObject {
  // The parser's own error is left out: it might quote the key.
  const key = tryOrUndefined(() => createPrivateKey(pem));
  if (key?.asymmetricKeyType === "rsa") return key;
  throw new SalesforceError(
    "loginRefused",
    "SALESFORCE_JWT_PRIVATE_KEY is not an RSA private key in PEM form, so nobody can be signed in with it.",
  );
}

function tryOrUndefined<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/**
 * Whom the assertion is for. The token is asked for at the My Domain address, but that is no audience there: Salesforce
 * wants login.salesforce.com, for sandboxes and scratch orgs test.salesforce.com ("audience is invalid" otherwise:
 * simple-salesforce#672 and #711, restforce#886; which hosts are sandboxes: forcedotcom/sfdx-core src/util/sfdcUrl.ts,
 * SFDO-Tooling/MetaCI#1517). An Experience Cloud site, or any other host, is its own audience.
 */
export function toAudience(loginUrl: string): string {
  const { hostname } = new URL(loginUrl);
  if (!hostname.endsWith(".salesforce.com")) return loginUrl.replace(/\/+$/, "");
  const isSandbox =
    hostname === "test.salesforce.com" ||
    /\.(?:sandbox|scratch)\.my\.salesforce\.com$/.test(hostname) ||
    // Before enhanced domains: acme--dev.my.salesforce.com, acme--dev.cs42.my.salesforce.com, cs42.salesforce.com.
    /^[^.]+--[^.]+\./.test(hostname) ||
    /(?:^|\.)cs\d+(?:\.my)?\.salesforce\.com$/.test(hostname);
  return isSandbox ? "https://test.salesforce.com" : "https://login.salesforce.com";
}

const tokenSchema = z.object({ access_token: z.string().min(1), instance_url: z.url() });

/**
 * Reads the answer to the token call. Salesforce moves organisations, so the address it names is followed, over https;
 * over http only between two addresses of this machine.
 */
export function readToken(body: unknown, loginUrl: string): SalesforceToken {
  const token = tokenSchema.safeParse(body);
  if (!token.success)
    throw new SalesforceError(
      "unreadableAnswer",
      "Salesforce answered the sign-in with something that is no token. Is SALESFORCE_LOGIN_URL the My Domain address?",
    );
  const instance = new URL(token.data.instance_url);
  const isSafe =
    instance.protocol === "https:" || (isLoopbackHttp(instance) && isLoopbackHttp(new URL(loginUrl)));
  if (!isSafe)
    throw new SalesforceError(
      "unreadableAnswer",
      "Salesforce named an address that is not https; the session was not used.",
    );
  return { accessToken: token.data.access_token, instanceUrl: instance.origin };
}

function isLoopbackHttp({ protocol, hostname }: URL): boolean {
  return (
    protocol === "http:" &&
    (hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname))
  );
}
