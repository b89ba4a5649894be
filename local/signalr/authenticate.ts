/**
 * Who is calling: the check every request passes, on the client side as on the REST side.
 *
 * The service signs audiences without a port and with or without a query, depending on the SDK, so a different audience
 * is only logged, save for one thing: a token made for clients never opens the REST API, nor the other way round.
 */
import type { webcrypto } from "node:crypto";
import { errors, jwtVerify } from "jose";
import { z } from "zod";

/** The side of the service a token was made for. */
export type Plane = "client" | "api";

/** A token that is missing or refused, and why. */
export class UnauthorizedError extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(`Unauthorized: ${reason}.`);
    this.name = "UnauthorizedError";
    this.reason = reason;
  }
}

const NAME_IDENTIFIER = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";

const claimsSchema = z.object({
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  "asrs.s.uid": z.string().optional(),
  nameid: z.string().optional(),
  [NAME_IDENTIFIER]: z.string().optional(),
  sub: z.string().optional(),
});

/** Verifies tokens of one access key. */
export interface Authenticator {
  /** The user id in the token, undefined for an anonymous one; throws UnauthorizedError. */
  authenticate(token: string | undefined, plane: Plane, host: string): Promise<string | undefined>;
}

/** Creates the check for `accessKey`; audiences that look wrong go to `warn`. */
export async function createAuthenticator(
  accessKey: string,
  warn: (message: string) => void,
): Promise<Authenticator> {
  // Imported once: jose would import any other form of a key again for every token.
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = new TextEncoder().encode(accessKey);
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
  return {
    async authenticate(token, plane, host) {
      if (!token) throw new UnauthorizedError("no access token");
      const claims = await verify(token, key);
      checkAudience(claims.aud, plane, host, warn);
      return claims["asrs.s.uid"] ?? claims.nameid ?? claims[NAME_IDENTIFIER] ?? claims.sub;
    },
  };
}

async function verify(token: string, key: webcrypto.CryptoKey): Promise<z.infer<typeof claimsSchema>> {
  if (!isCanonical(token)) throw new UnauthorizedError("the token is not a JWT in its one spelling");
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], requiredClaims: ["exp"] });
    return claimsSchema.parse(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new UnauthorizedError(error.code);
    if (error instanceof z.ZodError) throw new UnauthorizedError("a claim is of the wrong type");
    throw error;
  }
}

/** RFC 7515 §2: base64url without padding; decoders let several spellings of one signature pass. */
function isCanonical(token: string): boolean {
  const signature = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(token)?.[1];
  return signature !== undefined && Buffer.from(signature, "base64url").toString("base64url") === signature;
}

function checkAudience(
  aud: string | string[] | undefined,
  plane: Plane,
  host: string,
  warn: (message: string) => void,
): void {
  const audiences = typeof aud === "string" ? [aud] : (aud ?? []);
  const urls = audiences.filter((audience) => URL.canParse(audience)).map((audience) => new URL(audience));
  const other = plane === "client" ? "api" : "client";
  if (urls.length > 0 && urls.every((url) => isBelow(url, other))) {
    throw new UnauthorizedError(`the token was made for /${other}`);
  }
  if (!urls.some((url) => url.hostname === host && isBelow(url, plane))) {
    warn(`a token names an audience other than this service's /${plane}; Azure would refuse it`);
  }
}

function isBelow(url: URL, plane: Plane): boolean {
  return url.pathname === `/${plane}` || url.pathname.startsWith(`/${plane}/`);
}

/** The token of a `Bearer` Authorization header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
}
