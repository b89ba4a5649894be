/**
 * Connection strings and tokens of Azure SignalR Service, as its SDKs make them.
 *
 * Sources: Azure/azure-signalr ClaimsUtility, AuthUtility and ServiceEndpoint.BuildAudienceBaseUrl (audience without a
 * port, user id in `asrs.s.uid`); HS256 over the raw UTF-8 bytes of AccessKey; at most 4,096 characters.
 * The Functions bindings use this file too, so it imports nothing else of the service.
 */
import type { webcrypto } from "node:crypto";
import { SignJWT } from "jose";

/** What a connection string says about a service. */
export interface ServiceEndpoint {
  /** Scheme, host and port, without a trailing slash. */
  readonly endpoint: string;
  readonly accessKey: string;
}

/** A connection string that cannot be used, and why (never quoting its key). */
export class ConnectionStringError extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(`The Azure SignalR connection string is not usable: ${reason}.`);
    this.name = "ConnectionStringError";
    this.reason = reason;
  }
}

/** A client token longer than the service accepts. */
export class AccessTokenTooLongError extends Error {
  readonly characters: number;
  constructor(characters: number) {
    super(
      `The access token has ${characters} characters; the service takes at most ${MAX_TOKEN_CHARACTERS}.`,
    );
    this.name = "AccessTokenTooLongError";
    this.characters = characters;
  }
}

const MAX_TOKEN_CHARACTERS = 4096;
const SERVER_TOKEN_SECONDS = 3600;
/** Names the SDK emits as `asrs.u.<name>`, because the token itself uses them. */
const RESERVED_CLAIMS = new Set([
  "aud",
  "exp",
  "iat",
  "nbf",
  "iss",
  "actort",
  "acr",
  "azp",
  "c_hash",
  "jti",
  "nonce",
]);

/** Reads `Endpoint=…;Port=…;AccessKey=…;Version=1.0;` (names in any case, Port optional). */
export function parseConnectionString(text: string): ServiceEndpoint {
  const parts = new Map<string, string>();
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    if (part.trim() === "") continue;
    if (equals < 1) throw new ConnectionStringError("a part is not of the form name=value");
    parts.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  const endpoint = parts.get("endpoint");
  const accessKey = parts.get("accesskey");
  const version = parts.get("version");
  if (!endpoint) throw new ConnectionStringError("Endpoint is missing");
  if (!accessKey)
    throw new ConnectionStringError("AccessKey is missing (identity-based connections are not supported)");
  if (version && !/^1\.\d+$/.test(version)) throw new ConnectionStringError("Version is not 1.x");
  return { endpoint: toOrigin(endpoint, parts.get("port")), accessKey };
}

function toOrigin(endpoint: string, port: string | undefined): string {
  if (!URL.canParse(endpoint)) throw new ConnectionStringError("Endpoint is not a URL");
  const url = new URL(endpoint);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new ConnectionStringError("Endpoint is neither http nor https");
  }
  if (port) {
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
      throw new ConnectionStringError("Port is not between 1 and 65535");
    }
    url.port = port;
  }
  return url.origin;
}

/** The URL a client connects to, as `signalRConnectionInfo` returns it. */
export function toClientUrl(endpoint: string, hub: string): string {
  return `${endpoint}/client/?hub=${encodeURIComponent(hub.toLowerCase())}`;
}

/** Signs the token with which one client may connect to one hub. */
export async function createClientToken(o: {
  endpoint: string;
  accessKey: string;
  hub: string;
  userId?: string | undefined;
  claims?: Readonly<Record<string, string | readonly string[]>> | undefined;
  lifetimeSeconds: number;
}): Promise<string> {
  const claims: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(o.claims ?? {})) {
    // A customer claim must never stand in for one of the service's own, the user id above all.
    claims[RESERVED_CLAIMS.has(name) || name.startsWith("asrs.s.") ? `asrs.u.${name}` : name] = value;
  }
  if (o.userId !== undefined) claims["asrs.s.uid"] = o.userId;
  const { protocol, hostname } = new URL(o.endpoint);
  const audience = toClientUrl(`${protocol}//${hostname}`, o.hub);
  const token = await sign(claims, audience, o.accessKey, o.lifetimeSeconds);
  if (token.length > MAX_TOKEN_CHARACTERS) throw new AccessTokenTooLongError(token.length);
  return token;
}

/** Signs the token with which a server may make one REST call; `audience` is the call's URL. */
export async function createServerToken(o: { audience: string; accessKey: string }): Promise<string> {
  return sign({}, o.audience, o.accessKey, SERVER_TOKEN_SECONDS);
}

async function sign(
  claims: Record<string, unknown>,
  audience: string,
  accessKey: string,
  lifetimeSeconds: number,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setAudience(audience)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + lifetimeSeconds)
    .sign(await toSigningKey(accessKey));
}

/** Kept, because making it costs twice as much as signing with it; a process knows one or two. */
const signingKeys = new Map<string, Promise<webcrypto.CryptoKey>>();

function toSigningKey(accessKey: string): Promise<webcrypto.CryptoKey> {
  const known = signingKeys.get(accessKey);
  if (known !== undefined) return known;
  const bytes = new TextEncoder().encode(accessKey);
  const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  signingKeys.set(accessKey, key);
  return key;
}
